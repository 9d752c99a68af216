import {
  MusterError,
  type RequestRotation,
  type RequestSlot,
  type RotationSettings,
  type SlotOutcome,
  type SlotRequest,
} from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { Events } from '../events/events.ts';
import type { Plugins } from '../plugins/plugins.ts';
import type { Clock, Random } from '../ports/clock.ts';
import { refused } from '../ports/refused.ts';
import type { Store } from '../ports/store.ts';
import type { Circle } from './circle.ts';
import type { AccountOutcomeChange, Pool } from './pool.ts';
import type { Reservation } from './rate-window.ts';
import { readyWord } from './ready-word.ts';
import { createRequestRing } from './request-ring.ts';
import { createRotationHistory } from './rotation-figures.ts';
import { createRotationJournal, type StateOperation } from './rotation-journal.ts';
import { CLOCK_GRAIN_MS, createRotationMembers, type RotationMember } from './rotation-members.ts';
import { createRotationQueue, type Attempt } from './rotation-queue.ts';
import { createRotationRecent } from './rotation-recent.ts';
import { checkRotation, DEFAULT_MAX_WAITING } from './rotation-settings.ts';

type Data = Readonly<Record<string, unknown>>;

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

const wordsOf = ({ status, why }: { readonly status?: string; readonly why?: string }): AccountOutcomeChange => ({
  ...(status !== undefined && { status }),
  ...(why !== undefined && { why }),
});

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
  const history = createRotationHistory(now);
  const recent = createRotationRecent(now);
  const ring = createRequestRing<RotationMember>({
    strategy: settings.strategy,
    windowMs: () => settings.limits.windowMs + CLOCK_GRAIN_MS,
    now,
    random,
  });
  /** Accounts of which only counts are being written by ourselves: read already. */
  let counting: ReadonlySet<string> = new Set();
  const isOwn = (ids: readonly string[] | undefined): boolean => {
    if (ids === undefined || counting.size === 0 || ids.length !== counting.size) return false;
    if (!ids.every((id) => counting.has(id))) return false;
    counting = new Set();
    return true;
  };
  const changed = (): void => queue.serve();
  const journal = createRotationJournal<RotationMember>(
    {
      store,
      circle,
      events,
      clock,
      wrote: changed,
      counting: (ids) => {
        counting = ids;
      },
    },
    { plugin, limit: settings.limits.limit },
  );
  const members = createRotationMembers(
    { store, events, now, ring, journal, secretOf, settings: () => settings, changed, isOwn },
    plugin,
  );

  const gone = (): MusterError => new MusterError('UNAVAILABLE', `The rotation of "${plugin}" has ended.`);
  const nothing = (request: SlotRequest, why: string): MusterError => {
    // When all are excluded, the first of them that is back is the best that can be said.
    const at = ring.nextAt(request) ?? ring.nextAt();
    const retryAfterMs = at === null ? undefined : Math.max(0, Math.ceil(at - now()));
    const hint = retryAfterMs === undefined ? '' : ` The first is back in ${Math.ceil(retryAfterMs / 1_000)} s.`;
    const message = `No account of "${plugin}" ${why}.${hint}`;
    recent.refused('NOTHING_AVAILABLE');
    return new MusterError('NOTHING_AVAILABLE', message, { ...(retryAfterMs !== undefined && { retryAfterMs }) });
  };
  const reserve = (member: RotationMember, tokens: number | undefined): RequestSlot<Data> | undefined => {
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

  const slotOf = (member: RotationMember, reservation: Reservation): RequestSlot<Data> => {
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
        recent.add(outcome, member.record);
        end(member, outcome);
        look();
        queue.serve();
      },
    };
  };
  const stateAfter = ({ id, record, window }: RotationMember, outcome: SlotOutcome): StateOperation | undefined => {
    const guard = { state: record.state === 'cooling' ? ('cooling' as const) : ('ready' as const) };
    if (outcome.kind === 'rest') {
      return { ...pool.resting(id, Math.max(window.restUntil(), now()), wordsOf(outcome)), if: guard };
    }
    if (outcome.kind !== 'failed') return undefined;
    return { update: 'accounts', id, patch: { set: { state: 'failed', dueAt: null, ...wordsOf(outcome) } }, if: guard };
  };
  const end = (member: RotationMember, outcome: SlotOutcome): void => {
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
  const makeReady = async ({ id, record }: RotationMember): Promise<void> => {
    const set = { state: 'ready', dueAt: null, why: null, status: readyWord(record, plugins.get(plugin)) };
    try {
      await store.commit([{ update: 'accounts', id, patch: { set }, if: { state: 'cooling' } }]);
    } catch (error) {
      // Back already, or paused by somebody.
      if (!refused(error)) throw error;
    }
  };

  await circle.open();
  await members.open();

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
    configure(wanted) {
      settings = checkRotation(wanted);
      journal.setLimit(settings.limits.limit);
      members.configure();
      ring.order(settings.strategy);
      queue.serve();
    },
    figures: () => [...members.values()].filter((member) => ring.has(member)).map((member) => members.figure(member)),
    get size() {
      return ring.size;
    },
    totals() {
      let inFlight = 0;
      for (const { window } of members.values()) inFlight += window.inFlight();
      const { served, failed, limited, tokens } = history;
      const counts = { served, failed, limited, tokens, perSecond: history.perSecond() };
      return { accounts: ring.size, free: ring.free(), inFlight, waiting: queue.size, ...counts };
    },
    report: () => ({ ...recent.read(), ...members.budget() }),
    async reset() {
      for (const member of members.values()) {
        member.window.reset();
        if (ring.has(member)) ring.place(member);
        journal.note(member);
        if (member.record.state === 'cooling') await makeReady(member);
      }
      await journal.flush();
      queue.serve();
    },
    flush: () => journal.flush(),
    async close() {
      if (closed) return;
      closed = true;
      members.close();
      queue.close(gone());
      await journal.close();
    },
  };
}
