import { MusterError } from '@muster/sdk';
import type { AccountChange, LiveSession } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';

type Data = Readonly<Record<string, unknown>>;

/** What tasks that go through the session of their account need of the sessions. */
export interface TaskSessions {
  /** Ids of the accounts whose session is ready now. */
  readyIds(plugin: string): readonly string[];
  /** Waits while it is on its way. SESSION_NOT_READY. */
  ready(account: string, signal: AbortSignal): Promise<LiveSession>;
  /** SESSION_NOT_READY when there is none any more. */
  live<TSession extends LiveSession>(account: string): TSession;
  /** The account as its session holds it on lease. */
  held(account: string): AccountRecord;
  change(account: string, change: AccountChange<Data>): Promise<AccountRecord>;
}

const none = (): never => {
  throw new MusterError('SESSION_NOT_READY', 'This host keeps no sessions.');
};

export const NO_SESSIONS: TaskSessions = {
  readyIds: () => [],
  ready: async () => none(),
  live: none,
  held: none,
  change: async () => none(),
};
