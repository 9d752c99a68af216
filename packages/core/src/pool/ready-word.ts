import type { Plugin } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';

/** The word a plugin has for an account that is ready, when the account's word says that it cools; else the word it has. */
export function readyWord({ status }: Pick<AccountRecord, 'status'>, plugin: Plugin | undefined): string | null {
  if (!plugin || status === null || plugin.statuses[status] !== 'cooling') return status;
  return Object.entries(plugin.statuses).find(([, state]) => state === 'ready')?.[0] ?? null;
}
