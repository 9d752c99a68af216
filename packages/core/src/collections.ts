import { ACCOUNTS } from './accounts/account-record.ts';
import { DELIVERIES, HOOK_CURSOR, HOOKS } from './hooks/hook-record.ts';
import { JOBS, TASKS } from './jobs/job-record.ts';
import { UNTOLD } from './jobs/pool-history.ts';
import { SETTINGS } from './plugins/plugin-settings.ts';
import { ROTATION } from './pool/rotation-record.ts';
import type { CollectionDefinition } from './ports/store.ts';
import { PROMPTS } from './prompts/prompt-record.ts';
import { PROXIES, STICKY } from './proxies/proxy-record.ts';
import { RECORDS } from './records/record-document.ts';
import { SCHEDULES } from './schedules/schedules.ts';
import { SESSIONS } from './sessions/session-record.ts';

/** Every collection that the core itself keeps. */
export const COLLECTIONS: readonly CollectionDefinition[] = [
  ACCOUNTS,
  JOBS,
  TASKS,
  PROMPTS,
  SETTINGS,
  ROTATION,
  RECORDS,
  SESSIONS,
  PROXIES,
  STICKY,
  SCHEDULES,
  HOOKS,
  DELIVERIES,
  HOOK_CURSOR,
  UNTOLD,
];

/** Collections in which sealed texts may stand, with what grows at each change of a document. */
export const WITH_TEXTS = [{ name: 'records', revision: 'revision' }, { name: 'settings' }, { name: 'hooks' }] as const;
