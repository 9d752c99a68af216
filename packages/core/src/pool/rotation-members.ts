import type { Account, RotationFigure, RotationSettings } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import { accountView } from '../accounts/account-view.ts';
import type { Events } from '../events/events.ts';
import type { Store } from '../ports/store.ts';
import { all, eq, oneOf } from '../query/filter.ts';
import { createRateWindow, type RateSnapshot, type WindowBudget } from './rate-window.ts';
import type { RequestRing } from './request-ring.ts';
import { atRest, sumOfBudgets } from './rotation-budget.ts';
import { nothingTallied } from './rotation-figures.ts';
import type { JournalMember, RotationJournal } from './rotation-journal.ts';
import type { RotationRecord } from './rotation-record.ts';
import { checkRotation } from './rotation-settings.ts';

type Data = Readonly<Record<string, unknown>>;

/** The clock counts whole milliseconds: a request that left in the same one counts as the later. */
export const CLOCK_GRAIN_MS = 1;

/** An account of the plugin, as the rotation follows it. */
export interface RotationMember extends JournalMember {
  /** The same object until the account's fields change. */
  account: Account<Data>;
}

/** The accounts of the plugin, kept as the store has them; those that may be picked are in the ring. */
export interface RotationMembers {
  /** Reads all accounts, with what a former host knew of them, and follows them from then on. */
  open(): Promise<void>;
  values(): Iterable<RotationMember>;
  /** The settings have changed. */
  configure(): void;
  figure(member: RotationMember): RotationFigure;
  /** What all that are in rotation may still do. */
  budget(): WindowBudget;
  close(): void;
}

export function createRotationMembers(
  deps: {
    readonly store: Store;
    readonly events: Events;
    readonly now: () => number;
    readonly ring: RequestRing<RotationMember>;
    readonly journal: RotationJournal<RotationMember>;
    readonly secretOf: (record: AccountRecord, field: string) => Promise<string | undefined>;
    readonly settings: () => RotationSettings;
    /** Somebody may have become free. */
    readonly changed: () => void;
    /** Is this change of accounts only of counts that the rotation itself has written? */
    readonly isOwn: (ids: readonly string[] | undefined) => boolean;
  },
  plugin: string,
): RotationMembers {
  const { store, events, now, ring, journal, secretOf, settings, changed, isOwn } = deps;
  const members = new Map<string, RotationMember>();
  let unsubscribe: (() => void) | undefined;

  const limitsOf = (account: Account<Data>): RotationSettings['limits'] => {
    const limits = { ...settings().limits, ...settings().limitsFor?.(account) };
    checkRotation({ ...settings(), limits });
    return { ...limits, windowMs: limits.windowMs + CLOCK_GRAIN_MS };
  };
  const admit = (member: RotationMember): void => {
    const { state } = member.record;
    if (state === 'ready' || state === 'cooling') ring.place(member);
    else ring.remove(member);
  };
  /** Until its fields change, it follows what becomes of the account. */
  const viewOf = (record: AccountRecord): Account<Data> =>
    accountView(() => {
      const current = members.get(record.id)?.record;
      return current?.updatedAt === record.updatedAt ? current : record;
    }, secretOf);
  const meet = (record: AccountRecord, before?: Pick<RotationRecord, keyof RateSnapshot | 'tallied'>): void => {
    const known = members.get(record.id);
    if (!known) {
      const account = viewOf(record);
      const window = createRateWindow(limitsOf(account), now, before);
      const tallied = { ...nothingTallied(), ...before?.tallied };
      const kept = { unwritten: 0, endedUses: 0, endedAt: 0, operations: [] };
      const place = { turn: record.order, uses: 0, backAt: 0 };
      const member: RotationMember = { id: record.id, record, window, account, tallied, ...place, ...kept };
      members.set(record.id, member);
      admit(member);
      return;
    }
    const { record: old } = known;
    // Somebody made it ready before its time.
    if (old.state === 'cooling' && record.state === 'ready' && now() < (old.dueAt ?? 0)) known.window.wake();
    known.record = record;
    if (old.updatedAt !== record.updatedAt) {
      known.account = viewOf(record);
      known.window.configure(limitsOf(known.account));
    }
    admit(known);
  };
  const leave = (id: string): void => {
    const member = members.get(id);
    if (!member) return;
    ring.remove(member);
    members.delete(id);
    journal.forget(id, member);
  };
  const list = (ids?: readonly string[]): Promise<AccountRecord[]> =>
    store.list<AccountRecord>('accounts', {
      where: all(eq('plugin', plugin), ids && oneOf('id', ids)),
      sort: { by: 'order' },
    });
  const reread = async (ids?: readonly string[]): Promise<void> => {
    const records = await list(ids);
    const there = new Set(records.map(({ id }) => id));
    for (const id of ids ?? members.keys()) if (!there.has(id)) leave(id);
    for (const record of records) meet(record);
    changed();
  };
  const complain = async (thrown: unknown): Promise<void> => {
    const message = `Accounts of "${plugin}" could not be read anew: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    await events.record({ level: 'error', type: 'rotation.not-read', message, plugin }).catch(() => undefined);
  };
  const load = async (): Promise<void> => {
    const { records, unknown } = await journal.open();
    for (const record of await list()) {
      const { sent = [], open = 0, restUntil = 0, tokens = [], tallied } = records.get(record.id) ?? {};
      meet(record, { sent, open: open + unknown, restUntil, tokens, ...(tallied && { tallied }) });
    }
    for (const id of records.keys()) if (!members.has(id)) journal.forget(id);
  };

  return {
    async open() {
      let loaded = false;
      let missed = false;
      unsubscribe = store.subscribe((changes) => {
        for (const { collection, ids } of changes) {
          if (collection !== 'accounts' || isOwn(ids)) continue;
          if (loaded) void reread(ids).catch(complain);
          else missed = true;
        }
      });
      try {
        await load();
        loaded = true;
        if (missed) await reread();
      } catch (error) {
        unsubscribe();
        throw error;
      }
    },

    values: () => members.values(),

    configure() {
      for (const member of members.values()) member.window.configure(limitsOf(member.account));
    },

    figure({ id, record, window, tallied }) {
      const cooling = record.state === 'cooling' ? (record.dueAt ?? Infinity) : -Infinity;
      const availableAt = Math.max(window.availableAt(), cooling);
      const restUntil = Math.max(window.restUntil(), cooling);
      return {
        id,
        label: record.label,
        uses: window.uses(),
        limit: window.budget().requests.limit,
        inFlight: window.inFlight(),
        availableAt: Number.isFinite(availableAt) ? availableAt : availableAt > 0 ? null : now(),
        restUntil: restUntil > now() && Number.isFinite(restUntil) ? restUntil : null,
        ...tallied,
      };
    },

    budget() {
      const inRotation = [...members.values()].filter((member) => ring.has(member));
      return sumOfBudgets(
        inRotation.map(({ record, window }) => {
          const until = record.state === 'cooling' ? (record.dueAt ?? Infinity) : -Infinity;
          return until > now() ? atRest(window.budget(), until) : window.budget();
        }),
      );
    },

    close: () => unsubscribe?.(),
  };
}
