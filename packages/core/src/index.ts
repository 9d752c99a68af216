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
export type { EventLevel, EventQuery, MusterEvent, NewEvent } from './events/event.ts';
export type { Events, Redactor } from './events/events.ts';
export { createLogFile } from './events/log-file.ts';
export type { LogFile } from './events/log-file.ts';
export { JOBS, TASKS } from './jobs/job-record.ts';
export type { JobRecord, JobState, TaskRecord, TaskState } from './jobs/job-record.ts';
export type { Jobs, JobSnapshot, NewJob, TaskWindow } from './jobs/jobs.ts';
export type { PluginListing, Plugins } from './plugins/plugins.ts';
export type { Pool } from './pool/pool.ts';
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
export type { Filter, Scalar } from './query/filter.ts';
export type { Vault, VaultStatus } from './vault/vault.ts';
