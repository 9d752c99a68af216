export { PATHS } from './paths.ts';
export type { OperationId } from './paths.ts';
export { ROUTES } from './routes.ts';
export type { RouteDefinition, Routes } from './routes.ts';
export type {
  Account,
  AccountState,
  ActionInfo,
  Applicability,
  ErrorBody,
  HostStatus,
  ImportLine,
  Job,
  JobState,
  MusterEvent,
  PluginInfo,
  Prompt,
  Scope,
  Selection,
  Tally,
  Task,
  TaskState,
  Token,
  WatchMessage,
} from './types.ts';
export type { CallArguments, CallResult, Client } from './client.ts';
