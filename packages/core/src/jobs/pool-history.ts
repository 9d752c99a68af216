import { safeText } from '@muster/sdk';
import type { HandOut, JsonObject, Plugin, TakeBack } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { NewEvent } from '../events/event.ts';
import type { Events } from '../events/events.ts';
import type { Beside } from '../pool/pool.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { CollectionDefinition, Document, Store } from '../ports/store.ts';

/** So many events are on their way to the log at a time. */
const AT_ONCE = 1_000;

type Verdict = Pick<TakeBack, 'rest' | 'fail' | 'instead'>;
type Named = { readonly id: string; readonly label: string; readonly fence: number };

/** What was done to accounts in one commit and is not in the log yet; written by that commit, so that no kill comes between. */
export const UNTOLD: CollectionDefinition = { name: 'untold', indexes: {} };

interface Untold extends Document {
  readonly at: number;
  readonly plugin: string;
  readonly about: Pick<NewEvent, 'actor' | 'job' | 'task'>;
  /** Each with its label, its fence, and who had it. */
  readonly accounts: readonly (readonly [id: string, label: string, fence: number, owner: string | null])[];
  readonly what: { readonly handOut: HandOut } | { readonly takenBack: Verdict } | { readonly judged: Verdict };
}

/** What happens to accounts in the pool, so that each has a history: who had it, when, and what was said. What goes beside a commit is told one event an account. */
export interface PoolHistory {
  handedOut(accounts: readonly Named[], to: HandOut): Beside;
  takenBack(records: readonly AccountRecord[], verdict: Verdict): Beside;
  judged(accounts: readonly Named[], verdict: Verdict): Beside;
}

/** Whatever a plugin may have said: a time beyond what dates can be is a number still. */
const time = (at: number): string => (Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : String(at));

function words({ rest, fail, instead }: Verdict): { readonly text: string; readonly fields: JsonObject } {
  const { status, why } = rest ?? fail ?? {};
  const fields = {
    ...(status !== undefined && { verdict: status }),
    ...(why !== undefined && { why }),
    ...(rest && { restUntil: rest.until }),
    ...(instead !== undefined && { instead }),
  };
  // A reason may begin with the status that it is the reason of.
  const said = [why?.startsWith(status ?? '') ? undefined : status, why].filter((part) => part !== undefined).join(', ');
  if (rest) return { text: `rests until ${time(rest.until)}${said === '' ? '' : ` (${said})`}`, fields };
  return { text: fail ? `is out of use${said === '' ? '' : ` (${said})`}` : 'is free', fields };
}

function eventsOf({ plugin, about, accounts, what }: Untold): NewEvent[] {
  const event = (
    [account, label, fence, owner]: Untold['accounts'][number],
    { text, fields, ...kind }: Pick<NewEvent, 'type'> & { level?: 'audit'; text: string; fields: JsonObject },
  ): NewEvent => ({
    level: 'debug',
    plugin,
    account,
    ...about,
    ...kind,
    message: `${safeText(label)} ${text}`,
    fields: { ...fields, fence, ...(owner !== null && { owner }) },
  });
  if ('handOut' in what) {
    const { owner, expiresAt } = what.handOut;
    // Somebody is given credentials, outside of any job that is on record.
    const kind = { type: 'account.handed-out', ...(about.actor !== undefined && { level: 'audit' as const }) };
    const text = `went to ${owner}${expiresAt === null ? '' : ` until ${time(expiresAt)}`}`;
    return accounts.map((account) => event(account, { ...kind, text, fields: { owner, leasedUntil: expiresAt } }));
  }
  if ('takenBack' in what) {
    const { text, fields } = words(what.takenBack);
    const { instead } = what.takenBack;
    const other = instead === undefined ? '' : `, ${safeText(instead)} took its place,`;
    return accounts.map((account) => {
      const from = account[3] === null ? '' : ` from ${account[3]}`;
      return event(account, { type: 'account.taken-back', text: `came back${from}${other} and ${text}`, fields });
    });
  }
  const type = what.judged.fail ? 'account.failed' : 'account.rested';
  return accounts.map((account) => event(account, { type, ...words(what.judged) }));
}

async function recordAll(events: readonly NewEvent[], record: (event: NewEvent) => Promise<void>): Promise<void> {
  for (let at = 0; at < events.length; at += AT_ONCE) await Promise.all(events.slice(at, at + AT_ONCE).map(record));
}

export interface PoolHistoryDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly plugin: Plugin;
  readonly about: Untold['about'];
  /** Resolves when it is written. */
  readonly record: (event: NewEvent) => Promise<void>;
}

export function createPoolHistory({ store, clock, random, plugin, about, record }: PoolHistoryDeps): PoolHistory {
  const chapter = (accounts: Untold['accounts'], what: Untold['what']): Beside => {
    const untold: Untold = { id: random.id(), at: clock.now(), plugin: plugin.id, about, accounts, what };
    return {
      operation: { insert: UNTOLD.name, document: untold },
      async tell() {
        await recordAll(eventsOf(untold), record);
        // Nobody waits for it: what is left at a start is compared with the log.
        store.commit([{ delete: UNTOLD.name, id: untold.id }]).catch(() => undefined);
      },
    };
  };
  const named = (accounts: readonly Named[]): Untold['accounts'] =>
    accounts.map(({ id, label, fence }) => [id, label, fence, null]);
  return {
    handedOut: (accounts, handOut) => chapter(named(accounts), { handOut }),
    takenBack: (records, takenBack) =>
      chapter(
        records.map(({ id, label, fence, lease }) => [id, label, fence, lease?.owner ?? null]),
        { takenBack },
      ),
    judged: (accounts, judged) => chapter(named(accounts), { judged }),
  };
}

const MOST_LOOKED_AT = 1_000_000;

/** Tells what a host that was killed did and could not tell any more, and when that was: the log goes by when it is told. */
export async function recoverHistory({ store, events }: { readonly store: Store; readonly events: Events }): Promise<void> {
  for (const untold of await store.list<Untold>(UNTOLD.name)) {
    const nameOf = ({ type, account, fields }: NewEvent): string => JSON.stringify([type, account, fields?.['fence']]);
    const later = await events.query({ sinceMs: untold.at, levels: ['debug', 'audit'], limit: MOST_LOOKED_AT });
    const told = new Set(later.map(nameOf));
    const rest = eventsOf(untold).filter((event) => !told.has(nameOf(event)));
    const late = ` (at ${time(untold.at)}, told after a restart)`;
    await recordAll(rest, (event) =>
      events.record({ ...event, message: event.message + late, fields: { ...event.fields, happenedAt: untold.at } }),
    );
    await store.commit([{ delete: UNTOLD.name, id: untold.id }]);
  }
}
