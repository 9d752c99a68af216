export { ACCOUNTS } from './accounts/account-record.ts';
export type { AccountRecord, LeaseRecord } from './accounts/account-record.ts';
export type {
  AccountEdit,
  Accounts,
  AccountSelection,
  AccountWindow,
  ImportOptions,
  ImportOutcome,
  ImportProgress,
} from './accounts/accounts.ts';
export { openLowdbStore } from './adapters/lowdb-store.ts';
export { openMemoryStore } from './adapters/memory-store.ts';
export { checkStore, moveStore, restoreStore } from './adapters/move-store.ts';
export { openStore, storeKindIn } from './adapters/open-store.ts';
export type { StoredKind, StoreKind } from './adapters/open-store.ts';
export { repairStore } from './adapters/repair-store.ts';
export { COLLECTIONS } from './collections.ts';
export type { Core, CoreOptions, Services } from './core.ts';
export { CORE_VERSION } from './core-version.ts';
export { createCore } from './create-core.ts';
export type { EventLevel, EventQuery, MusterEvent, NewEvent } from './events/event.ts';
export type { Events, Redactor } from './events/events.ts';
export { createLogFile } from './events/log-file.ts';
export type { LogFile } from './events/log-file.ts';
export type { Evidence, EvidenceFile } from './evidence/evidence.ts';
export { readHostConfig } from './host-config.ts';
export type { HostConfig } from './host-config.ts';
export type { DeliveryRecord, HookTarget } from './hooks/hook-record.ts';
export type { Hooks, HookTest, HookView, NewHook } from './hooks/hooks.ts';
export { JOBS, TASKS } from './jobs/job-record.ts';
export type { JobRecord, JobState, TaskRecord, TaskState } from './jobs/job-record.ts';
export type { Jobs, JobSnapshot, NewJob, TaskWindow } from './jobs/jobs.ts';
export { findPlugins } from './plugins/find-plugins.ts';
export type { FoundPlugin, PluginPlaces } from './plugins/find-plugins.ts';
export { lendPackages } from './plugins/lend-packages.ts';
export type { PluginHttp } from './plugins/plugin-http.ts';
export { pluginFault } from './plugins/plugin-shape.ts';
export type { PluginListing, Plugins } from './plugins/plugins.ts';
export type { PluginScope } from './plugins/plugin-scope.ts';
export { STRATEGIES } from './pool/pool.ts';
export type { LeaseOutcome, LeaseRef, LeaseRequest, Pool, PoolSupply, Strategy } from './pool/pool.ts';
export type { RateLimits } from './pool/rate-window.ts';
export { createRotation } from './pool/rotation.ts';
export { readFailures } from './pool/rotation-failures.ts';
export type { Rotation, RotationDeps } from './pool/rotation.ts';
export type { Clock, Random } from './ports/clock.ts';
export type {
  CollectionDefinition,
  Document,
  Operation,
  Query,
  Sort,
  Store,
  StoreChange,
  StoreStatus,
  Tally,
} from './ports/store.ts';
export { PROMPTS } from './prompts/prompt-record.ts';
export type { PromptRecord } from './prompts/prompt-record.ts';
export type { Prompts } from './prompts/prompts.ts';
export type {
  ImportedProxy,
  NewProxy,
  Proxies,
  ProxyEdit,
  ProxyHold,
  ProxyQuery,
  ProxyUser,
  ProxyView,
} from './proxies/proxies.ts';
export type { PluginServices } from './services/plugin-services.ts';
export type { PluginViews } from './views/plugin-views.ts';
export type { SessionReach, Sessions, SessionView } from './sessions/sessions.ts';
export type { Filter, Scalar } from './query/filter.ts';
export type { NewSchedule, ScheduleEdit, Schedules, ScheduleView } from './schedules/schedules.ts';
export type { When } from './schedules/when.ts';
export type { Vault, VaultStatus } from './vault/vault.ts';
