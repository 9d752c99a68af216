import { safeText } from '@muster/sdk';
import type { HandOut, JsonObject, Plugin, TakeBack } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { NewEvent } from '../events/event.ts';

/** So many events are on their way to the log at a time. */
const AT_ONCE = 1_000;

type Verdict = Pick<TakeBack, 'rest' | 'fail'>;
type Named = { readonly id: string; readonly label: string; readonly fence: number };

/** What happens to accounts in the pool, one event an account, so that each has a history: who had it, when, and what was said. */
export interface PoolHistory {
  handedOut(accounts: readonly Named[], to: HandOut): Promise<void>;
  takenBack(records: readonly AccountRecord[], verdict: Verdict): Promise<void>;
  judged(accounts: readonly Named[], verdict: Verdict): Promise<void>;
}

/** Whatever a plugin may have said: a time beyond what dates can be is a number still. */
const time = (at: number): string => (Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : String(at));

function words({ rest, fail }: Verdict): { readonly text: string; readonly fields: JsonObject } {
  const { status, why } = rest ?? fail ?? {};
  const fields = {
    ...(status !== undefined && { verdict: status }),
    ...(why !== undefined && { why }),
    ...(rest && { restUntil: rest.until }),
  };
  const said = [status, why].filter((part) => part !== undefined).join(', ');
  if (rest) return { text: `rests until ${time(rest.until)}${said === '' ? '' : ` (${said})`}`, fields };
  return { text: fail ? `is out of use${said === '' ? '' : ` (${said})`}` : 'is free', fields };
}

export function createPoolHistory({
  plugin,
  about,
  record,
}: {
  readonly plugin: Plugin;
  readonly about: Pick<NewEvent, 'actor' | 'job' | 'task'>;
  /** Resolves when it is written. */
  readonly record: (event: NewEvent) => Promise<void>;
}): PoolHistory {
  const tell = async <T extends Named>(
    accounts: readonly T[],
    eventOf: (account: T) => Pick<NewEvent, 'type' | 'message' | 'fields'> & { readonly level?: 'audit' },
  ) => {
    for (let at = 0; at < accounts.length; at += AT_ONCE) {
      const some = accounts.slice(at, at + AT_ONCE);
      await Promise.all(
        some.map((account) => record({ level: 'debug', plugin: plugin.id, account: account.id, ...about, ...eventOf(account) })),
      );
    }
  };
  return {
    handedOut: (accounts, { owner, expiresAt }) =>
      tell(accounts, ({ label, fence }) => ({
        // Somebody is given credentials, outside of any job that is on record.
        ...(about.actor !== undefined && { level: 'audit' as const }),
        type: 'account.handed-out',
        message: `${safeText(label)} went to ${owner}${expiresAt === null ? '' : ` until ${time(expiresAt)}`}`,
        fields: { owner, fence, leasedUntil: expiresAt },
      })),
    takenBack(records, verdict) {
      const { text, fields } = words(verdict);
      return tell(records, ({ label, lease, fence }) => ({
        type: 'account.taken-back',
        message: `${safeText(label)} came back${lease?.owner === undefined ? '' : ` from ${lease.owner}`} and ${text}`,
        fields: { ...fields, fence, ...(lease?.owner !== undefined && { owner: lease.owner }) },
      }));
    },
    judged(accounts, verdict) {
      const { text, fields } = words(verdict);
      return tell(accounts, ({ label, fence }) => ({
        type: verdict.fail ? 'account.failed' : 'account.rested',
        message: `${safeText(label)} ${text}`,
        fields: { ...fields, fence },
      }));
    },
  };
}
