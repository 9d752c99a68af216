import {
  MusterError,
  type Account,
  type RequestRotation,
  type RequestSlot,
  type RotationFigure,
  type RotationSettings,
  type SlotOutcome,
  type SlotRequest,
} from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import { accountView } from '../accounts/account-view.ts';
import type { Events } from '../events/events.ts';
import type { Plugins } from '../plugins/plugins.ts';
import type { Clock, Random } from '../ports/clock.ts';
import { refused } from '../ports/refused.ts';
import type { Store } from '../ports/store.ts';
import { all, eq, oneOf } from '../query/filter.ts';
import type { Circle } from './circle.ts';
import type { AccountOutcomeChange, Pool } from './pool.ts';
import { createRateWindow, type RateSnapshot, type Reservation } from './rate-window.ts';
import { readyWord } from './ready-word.ts';
import { createRequestRing } from './request-ring.ts';
import { createRotationHistory, type Tallied } from './rotation-figures.ts';
import { createRotationJournal, type JournalMember, type StateOperation } from './rotation-journal.ts';
import { createRotationQueue, type Attempt } from './rotation-queue.ts';
import { checkRotation, DEFAULT_MAX_WAITING } from './rotation-settings.ts';

type Data = Readonly<Record<string, unknown>>;

/** The clock counts whole milliseconds: a request that left in the same one counts as the later. */
const CLOCK_GRAIN_MS = 1;

/** Spreads requests over a plugin's ready accounts, in memory; what must survive is written down behind. */
export interface Rotation extends RequestRotation<Data> {
  /** Writes down what is not yet. */
  flush(): Promise<void>;
  /** Who waits is refused; the last flush. */
  close(): Promise<void>;
}

export interface RotationDeps {
  readonly store: Store;
  readonly pool: Pick<Pool, 'resting'>;
  readonly circle: Circle;
  readonly events: Events;
  readonly plugins: Pick<Plugins, 'get'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly secretOf: (record: AccountRecord, field: string) => Promise<string | undefined>;
}

interface Member extends JournalMember {
  readonly tallied: Tallied;
  /** The same object until the account's fields change. */
  account: Account<Data>;
}

/** Opens the rotation of a plugin: its accounts and what a former host knew of their requests. BAD_INPUT for settings that do not fit. */
export async function createRotation(
  deps: RotationDeps,
  given: { readonly plugin: string; readonly settings: RotationSettings },
): Promise<Rotation> {
  const { store, pool, circle, events, plugins, clock, random, secretOf } = deps;
  const { plugin } = given;
  let settings = checkRotation(given.settings);
  let closed = false;
  const now = (): number => clock.now();
  const members = new Map<string, Member>();
  const history = createRotationHistory(now);
  const ring = createRequestRing<Member>({
    strategy: settings.strategy,
    windowMs: () => settings.limits.windowMs + CLOCK_GRAIN_MS,
    now,
    random,
  });
  /** Accounts of which only counts are being written by ourselves: read already. */
  let counting: ReadonlySet<string> = new Set();
  const journal = createRotationJournal<Member>(
    {
      store,
      circle,
      events,
      clock,
      wrote: () => queue.serve(),
      counting: (ids) => {
        counting = ids;
      },
    },
    { plugin, limit: settings.limits.limit },
  );

  const gone = (): MusterError => new MusterError('UNAVAILABLE', `The rotation of "${plugin}" has ended.`);
  const nothing = (request: SlotRequest, why: string): MusterError => {
    // When all are excluded, the first of them that is back is the best that can be said.
    const at = ring.nextAt(request) ?? ring.nextAt();
    const retryAfterMs = at === null ? undefined : Math.max(0, Math.ceil(at - now()));
    const hint = retryAfterMs === undefined ? '' : ` The first is back in ${Math.ceil(retryAfterMs / 1_000)} s.`;
    const message = `No account of "${plugin}" ${why}.${hint}`;
    return new MusterError('NOTHING_AVAILABLE', message, { ...(retryAfterMs !== undefined && { retryAfterMs }) });
  };
  const reserve = (member: Member, tokens: number | undefined): RequestSlot<Data> | undefined => {
    const reservation = member.window.reserve(tokens);
    if (!reservation) return undefined;
    member.unwritten += 1;
    journal.note(member);
    ring.took(member);
    return slotOf(member, reservation);
  };
  const attempt = (request: SlotRequest): Attempt<RequestSlot<Data>> => {
    if (closed) throw gone();
    const member = ring.next(request);
    if (!member) return 'nobody';
    if (journal.isDue(member)) return 'journal';
    const got = reserve(member, request.tokens);
    return got ? { got } : 'nobody';
  };
  const queue = createRotationQueue<RequestSlot<Data>>({
    clock,
    maxWaiting: () => settings.maxWaiting ?? DEFAULT_MAX_WAITING,
    attempt,
    written: () => journal.written(),
    nextChange: () => ring.nextChange(),
    nextAt: (request) => ring.nextAt(request),
    nothing,
  });

  const slotOf = (member: Member, reservation: Reservation): RequestSlot<Data> => {
    let over = false;
    const look = (): void => {
      if (ring.has(member)) ring.place(member);
    };
    return {
      account: member.account,
      sent() {
        if (over) return;
        reservation.sent();
        journal.note(member);
        look();
      },
      finish(outcome) {
        if (over) return;
        over = true;
        if (outcome.kind === 'unused') reservation.cancel();
        else reservation.finish(outcome.served?.tokens);
        history.count(outcome, member.tallied);
        end(member, outcome);
        look();
        queue.serve();
      },
    };
  };
  const wordsOf = ({ status, why }: { status?: string; why?: string }): AccountOutcomeChange => ({
    ...(status !== undefined && { status }),
    ...(why !== undefined && { why }),
  });
  const stateAfter = ({ id, record, window }: Member, outcome: SlotOutcome): StateOperation | undefined => {
    const guard = { state: record.state === 'cooling' ? ('cooling' as const) : ('ready' as const) };
    if (outcome.kind === 'rest') {
      return { ...pool.resting(id, Math.max(window.restUntil, now()), wordsOf(outcome)), if: guard };
    }
    if (outcome.kind !== 'failed') return undefined;
    return { update: 'accounts', id, patch: { set: { state: 'failed', dueAt: null, ...wordsOf(outcome) } }, if: guard };
  };
  const end = (member: Member, outcome: SlotOutcome): void => {
    if (outcome.kind === 'unused') return journal.note(member);
    member.endedUses += 1;
    member.endedAt = now();
    journal.note(member);
    if (outcome.kind === 'rest') member.window.rest(outcome.until);
    const operation = stateAfter(member, outcome);
    if (!operation || closed) return;
    if (outcome.kind === 'failed') ring.remove(member);
    member.operations.push(operation);
    // For everybody to see at once; failing to write it is told of by the journal.
    journal.flush().catch(() => undefined);
  };

  const limitsOf = (account: Account<Data>): RotationSettings['limits'] => {
    const limits = { ...settings.limits, ...settings.limitsFor?.(account) };
    checkRotation({ ...settings, limits });
    return { ...limits, windowMs: limits.windowMs + CLOCK_GRAIN_MS };
  };
  const admit = (member: Member): void => {
    const { state } = member.record;
    if (state === 'ready' || state === 'cooling') ring.place(member);
    else ring.remove(member);
  };
  const viewOf = (id: string, record: AccountRecord): Account<Data> => {
    // Until its fields change, it follows what becomes of the account.
    return accountView(() => {
      const current = members.get(id)?.record;
      return current?.updatedAt === record.updatedAt ? current : record;
    }, secretOf);
  };
  const meet = (record: AccountRecord, before?: RateSnapshot): void => {
    const known = members.get(record.id);
    if (!known) {
      const account = viewOf(record.id, record);
      const window = createRateWindow(limitsOf(account), now, before);
      const tallied = { served: 0, failed: 0, tokens: 0 };
      const kept = { unwritten: 0, endedUses: 0, endedAt: 0, operations: [] };
      const place = { turn: record.order, uses: 0, backAt: 0 };
      const member: Member = { id: record.id, record, window, account, tallied, ...place, ...kept };
      members.set(record.id, member);
      admit(member);
      return;
    }
    const { record: old } = known;
    // Somebody made it ready before its time.
    if (old.state === 'cooling' && record.state === 'ready' && now() < (old.dueAt ?? 0)) known.window.wake();
    known.record = record;
    if (old.updatedAt !== record.updatedAt) {
      known.account = viewOf(record.id, record);
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
  const reread = async (ids?: readonly string[]): Promise<void> => {
    const where = all(eq('plugin', plugin), ids && oneOf('id', ids));
    const records = await store.list<AccountRecord>('accounts', { where, sort: { by: 'order' } });
    const there = new Set(records.map(({ id }) => id));
    for (const id of ids ?? members.keys()) if (!there.has(id)) leave(id);
    for (const record of records) meet(record);
    queue.serve();
  };
  const complain = async (thrown: unknown): Promise<void> => {
    const message = `Accounts of "${plugin}" could not be read anew: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    await events.record({ level: 'error', type: 'rotation.not-read', message, plugin }).catch(() => undefined);
  };
  const isOurCount = (ids: readonly string[] | undefined): boolean => {
    if (ids === undefined || counting.size === 0 || ids.length !== counting.size) return false;
    if (!ids.every((id) => counting.has(id))) return false;
    counting = new Set();
    return true;
  };

  await circle.open();
  let loaded = false;
  let missed = false;
  const unsubscribe = store.subscribe((changes) => {
    for (const { collection, ids } of changes) {
      if (collection !== 'accounts' || isOurCount(ids)) continue;
      if (loaded) void reread(ids).catch(complain);
      else missed = true;
    }
  });
  try {
    const { windows, unknown } = await journal.open();
    const where = eq('plugin', plugin);
    for (const record of await store.list<AccountRecord>('accounts', { where, sort: { by: 'order' } })) {
      const { sent = [], open = 0, restUntil = 0, tokens = [] } = windows.get(record.id) ?? {};
      meet(record, { sent, open: open + unknown, restUntil, tokens });
    }
    for (const id of windows.keys()) if (!members.has(id)) journal.forget(id);
    loaded = true;
    if (missed) await reread();
  } catch (error) {
    unsubscribe();
    throw error;
  }

  const figure = ({ id, record, window, tallied }: Member): RotationFigure => {
    const cooling = record.state === 'cooling' ? (record.dueAt ?? Infinity) : -Infinity;
    const availableAt = Math.max(window.availableAt(), cooling);
    const restUntil = Math.max(window.restUntil, cooling);
    return {
      id,
      label: record.label,
      uses: window.uses,
      inFlight: window.inFlight,
      availableAt: Number.isFinite(availableAt) ? availableAt : availableAt > 0 ? null : now(),
      restUntil: restUntil > now() && Number.isFinite(restUntil) ? restUntil : null,
      ...tallied,
    };
  };

  return {
    get settings() {
      return settings;
    },
    acquire: (request = {}) => queue.take(request),
    pick(request = {}) {
      if (closed) throw gone();
      // Who waits was here before.
      queue.serve();
      const member = ring.next(request, (each) => !journal.isDue(each));
      return member && reserve(member, request.tokens);
    },
    nextAt: () => ring.nextAt(),
    configure(changed) {
      settings = checkRotation(changed);
      journal.setLimit(settings.limits.limit);
      for (const member of members.values()) member.window.configure(limitsOf(member.account));
      ring.order(settings.strategy);
      queue.serve();
    },
    figures: () => [...members.values()].filter((member) => ring.has(member)).map(figure),
    totals() {
      let inFlight = 0;
      for (const { window } of members.values()) inFlight += window.inFlight;
      const { served, failed, tokens } = history;
      const counts = { served, failed, tokens, perSecond: history.perSecond() };
      return { accounts: ring.size, free: ring.free(), inFlight, waiting: queue.size, ...counts };
    },
    async reset() {
      for (const member of members.values()) {
        member.window.reset();
        if (ring.has(member)) ring.place(member);
        journal.note(member);
        if (member.record.state !== 'cooling') continue;
        const set = { state: 'ready', dueAt: null, why: null, status: readyWord(member.record, plugins.get(plugin)) };
        try {
          await store.commit([{ update: 'accounts', id: member.id, patch: { set }, if: { state: 'cooling' } }]);
        } catch (error) {
          // Back already, or paused by somebody.
          if (!refused(error)) throw error;
        }
      }
      await journal.flush();
      queue.serve();
    },
    flush: () => journal.flush(),
    async close() {
      if (closed) return;
      closed = true;
      unsubscribe();
      queue.close(gone());
      await journal.close();
    },
  };
}
