export { ACCOUNT_STATES } from './account.ts';
export type { Account, AccountChange, AccountState } from './account.ts';
export type { AccountAccess, AccountQuery, JobAccess, KnownAccount, KnownJob } from './account-access.ts';
export type { AccountTaskContext, Checkpoint, PluginTaskContext, PromptRequest, TaskContext } from './context.ts';
export { definePlugin } from './define-plugin.ts';
export { ERROR_CODES, exitCodeOf, httpStatusOf } from './error-codes.ts';
export type { ErrorCode } from './error-codes.ts';
export { changeProxy, MusterError, restAccount, retireAccount, retryLater, toMusterError } from './errors.ts';
export type { MusterErrorOptions, Remedy } from './errors.ts';
export type { AnyHttpHandler, HttpContext, HttpHandler, HttpPart, HttpRefusal, HttpRoute } from './http.ts';
export type {
  ExportAccount,
  ExportContext,
  Exporter,
  ExportFacts,
  ImportEntry,
  Importer,
  ImportFacts,
  ImportFile,
  SingleImportEntry,
} from './importer.ts';
export type { Json, JsonObject } from './json.ts';
export { latencyText } from './latency-text.ts';
export type { AccountAction, AnyAccountAction, AnyPluginAction, Plugin, PluginAction, PluginDefinition } from './plugin.ts';
export type {
  Forecast,
  ForecastRequest,
  HandedOut,
  HandOut,
  LeasedAccount,
  PoolAccess,
  PooledAccount,
  PoolRequest,
  PoolStats,
  Rest,
  Supply,
  TakeBack,
} from './pool-access.ts';
export type { LeasedProxy, ProxyAccess, ProxyRequest, ProxyVerdict } from './proxy.ts';
export { readBody } from './read-body.ts';
export type { RecordChange, RecordEntry, RecordList, Records, StoredRecord } from './records.ts';
export { ROTATION_STRATEGIES } from './rotation.ts';
export type {
  RequestRotation,
  RequestSlot,
  RotationBudget,
  RotationFigure,
  RotationLimits,
  RotationReport,
  RotationRequest,
  RotationSettings,
  RotationStrategy,
  RotationTotals,
  Served,
  SlotOutcome,
  SlotRequest,
} from './rotation.ts';
export { isSecret, secret, secretFields } from './secret.ts';
export type { PluginRuntime, PluginService } from './plugin-runtime.ts';
export type { AnyOpenService, OpenService, ServiceContext, ServicePart } from './service.ts';
export { SESSION_STATES } from './session.ts';
export type {
  AnyOpenSession,
  Challenge,
  KnownSession,
  LiveSession,
  OpenSession,
  SessionAccess,
  SessionContext,
  SessionFigures,
  SessionPart,
  SessionReport,
  SessionState,
} from './session.ts';
export { SIMULATOR_FAULTS } from './simulator.ts';
export type { Simulator, SimulatorFault, SimulatorModule } from './simulator.ts';
export { fromSpreadsheetText, spreadsheetText } from './spreadsheet.ts';
export { safeJson, safeText } from './safe-text.ts';
export { isTimeZone } from './time-zone.ts';
export type { AnyReadView, ReadView, Tone, View, ViewContent, ViewContext, ViewSection } from './view.ts';
