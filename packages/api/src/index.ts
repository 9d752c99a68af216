export { ApiError } from './api-error.ts';
export { createClient } from './client.ts';
export type { CallArguments, CallResult, Client, ClientOptions } from './client.ts';
export type { Fetch } from './fetch.ts';
export { hookTargetText } from './hook-target-text.ts';
export { HOST_INFO_FILE, hostSocket, readHostInfo } from './host-info.ts';
export type { HostInfo } from './host-info.ts';
export { makeFolders } from './make-folders.ts';
export { PATHS } from './paths.ts';
export type { OperationId } from './paths.ts';
export type { RouteDefinition } from './route-definition.ts';
export type { Routes } from './routes.ts';
export { parseDuration, parseMoment } from './times.ts';
export type {
  Account,
  AccountState,
  ActionInfo,
  Applicability,
  Delivery,
  ErrorBody,
  Forecast,
  Hook,
  HostStatus,
  ImportLine,
  Job,
  JobState,
  MusterEvent,
  PluginInfo,
  PoolStats,
  Prompt,
  ProxyCheck,
  ProxyInfo,
  ProxySettings,
  ProxyState,
  RotationInfo,
  Schedule,
  Scope,
  Selection,
  Session,
  SessionChallenge,
  SessionList,
  SessionRow,
  SessionState,
  Tally,
  Task,
  TaskState,
  Token,
  ViewContent,
  ViewInfo,
  WatchMessage,
} from './types.ts';
export { unixFetch } from './unix-fetch.ts';
export { watch } from './watch.ts';
export type { WatchEvent, WatchOptions, WatchTopic } from './watch.ts';
