import { MusterError } from '@muster/sdk';
import type { AccountRecord } from '../accounts/account-record.ts';
import { accountFilter } from '../accounts/account-filter.ts';
import type { Events } from '../events/events.ts';
import type { Plugins } from '../plugins/plugins.ts';
import type { Clock, Random } from '../ports/clock.ts';
import { refused } from '../ports/refused.ts';
import type { Operation, Patch, Store } from '../ports/store.ts';
import { all, between, eq, oneOf, type Filter } from '../query/filter.ts';
import type { Circle } from './circle.ts';
import { cooldownEnd, leaseEnd } from './cooldown.ts';
import { createLeaseEnds, leaseOf, update } from './lease-end.ts';
import { leaseLost, lostAmong } from './lease-lost.ts';
import { STRATEGIES, type AccountOutcomeChange, type LeaseRef, type LeaseRequest, type Pool, type Strategy } from './pool.ts';
import { poolForecast, poolStats } from './pool-stats.ts';
import { createStrategies, type Choice } from './strategies.ts';
import { takeBack, type TakeBackParts } from './take-back.ts';
import { createWaker } from './waker.ts';

const MOST_AT_ONCE = 1_000_000;
const RETRIES = 10;
const HOUR_MS = 60 * 60_000;

export interface PoolDependencies {
  readonly store: Store;
  readonly events: Events;
  readonly clock: Clock;
  readonly random: Random;
  readonly plugins: Plugins;
  readonly circle: Circle;
  /** The window in which `least-used` counts uses. Default: an hour. */
  readonly windowMs?: number;
}

type UpdateOperation = Extract<Operation, { readonly update: string }>;
type Scope = Omit<LeaseRequest, 'count' | 'holder' | 'ttlMs' | 'strategy'>;

export function createPool(deps: PoolDependencies): Pool {
  const { store, events, clock, random, plugins, circle, windowMs = HOUR_MS } = deps;
  const ends = createLeaseEnds({ circle, clock, windowMs });
  const waker = createWaker({ store, events, clock, plugins, ends });
  circle.rests.add((dueAt) => waker.note(dueAt));
  const strategies = createStrategies({ store, clock, random, windowMs });
  /** Those who read before they change go one after the other, so that they do not meet each other's choice. */
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  };
  const scopeOf = ({ plugin, rank, where }: Scope): Filter =>
    all(
      eq('plugin', plugin),
      between('rank', rank?.min, rank?.max),
      where === undefined ? undefined : accountFilter(where, plugins.get(plugin), clock.now()),
    );
  const strategyOf = (request: LeaseRequest): Strategy => {
    const { plugin, strategy = plugins.config(plugin)['strategy'] } = request;
    return STRATEGIES.find((known) => known === strategy) ?? 'lru';
  };
  const check = ({ plugin, count, holder }: LeaseRequest): void => {
    plugins.get(plugin);
    if (holder === '') throw new MusterError('BAD_INPUT', 'A lease needs the name of its holder.');
    if (!(Number.isInteger(count) && count >= 0 && count <= MOST_AT_ONCE))
      throw new MusterError('BAD_INPUT', `From 0 to ${MOST_AT_ONCE} accounts can be leased at once, not ${count}.`);
  };
  const leasing = (holder: string, expiresAt: number): Patch => ({
    set: { state: 'busy', lease: { holder, expiresAt }, dueAt: expiresAt },
    add: { fence: 1 },
  });

  /** Leases chosen accounts in one commit; chooses again when one of them changed in between. */
  const take = async (request: LeaseRequest, choice: Choice): Promise<AccountRecord[]> => {
    const choose = strategies[strategyOf(request)];
    for (let tries = 1; ; tries += 1) {
      const chosen = await choose(choice);
      const expiresAt = leaseEnd(request.ttlMs, clock.now());
      const patch = leasing(request.holder, expiresAt);
      const operations = chosen.map(({ id, fence }): Operation => {
        return { update: 'accounts', id, patch, if: { fence, state: 'ready' } };
      });
      try {
        await store.commit(operations);
      } catch (error) {
        if (!refused(error) || tries === RETRIES) throw error;
        continue;
      }
      const lease = { holder: request.holder, expiresAt };
      const leased = { state: 'busy', lease, dueAt: expiresAt } as const;
      return chosen.map((record) => Object.assign({}, record, leased, { fence: record.fence + 1 }));
    }
  };
  const endAll = async (leases: readonly LeaseRef[], operations: readonly Operation[]): Promise<void> => {
    try {
      await store.commit(operations);
    } catch (error) {
      if (!refused(error)) throw error;
      const lost = await lostAmong(store, leases);
      throw lost.length > 0 ? leaseLost(lost) : error;
    }
  };
  /** What can be done for some is done for them; then it says for which it could not. */
  const endEach = async (leases: readonly LeaseRef[], operationOf: (lease: LeaseRef) => Operation): Promise<void> => {
    try {
      await store.commit(leases.map(operationOf));
    } catch (error) {
      if (!refused(error)) throw error;
      const lost = await lostAmong(store, leases);
      const gone = new Set(lost.map(({ lease }) => lease.id));
      if (gone.size === 0) throw error;
      await store.commit(leases.filter(({ id }) => !gone.has(id)).map(operationOf));
      throw leaseLost(lost);
    }
  };
  const finishing: Pool['finishing'] = (lease, outcome) => {
    const { operation, dueAt } = ends.end(lease, outcome);
    if (dueAt !== null) waker.expect(lease.id, dueAt);
    return operation;
  };

  const wordsOf = ({ status, why }: AccountOutcomeChange = {}) => ({
    ...(status !== undefined && { status }),
    ...(why !== undefined && { why }),
  });
  const resting = (id: string, until: number, change?: AccountOutcomeChange): UpdateOperation => {
    const dueAt = cooldownEnd(until, clock.now());
    waker.expect(id, dueAt);
    const set = { state: 'cooling', dueAt, ...wordsOf(change) };
    return { update: 'accounts', id, patch: { set }, if: { state: 'ready' } };
  };
  const judge: TakeBackParts['judge'] = ({ id, fence }, outcome) => {
    const guard = { state: 'ready', fence };
    if (outcome.kind === 'rest') return { ...resting(id, outcome.until, outcome.change), if: guard };
    if (outcome.kind !== 'failed') return undefined;
    return { update: 'accounts', id, patch: { set: { state: 'failed', ...wordsOf(outcome.change) } }, if: guard };
  };

  return {
    async lease(request) {
      check(request);
      await circle.open();
      await waker.wake();
      const { plugin, count, holder, ttlMs } = request;
      const expiresAt = leaseEnd(ttlMs, clock.now());
      if (count === 0) return [];
      const where = all(eq('state', 'ready'), scopeOf(request));
      const strategy = strategyOf(request);
      const leased =
        strategy === 'lru' || strategy === 'round-robin'
          ? await store.claim<AccountRecord>(
              'accounts',
              { where, sort: { by: 'order' }, limit: count },
              leasing(holder, expiresAt),
            )
          : await inTurn(() => take(request, { plugin, where, count }));
      for (const record of leased) ends.remember(record, strategy === 'round-robin' ? circle.end() : undefined);
      if (leased.length > 0) waker.note(expiresAt);
      return leased;
    },

    async leaseOne(id, { holder, ttlMs, from = ['ready'] }) {
      if (holder === '') throw new MusterError('BAD_INPUT', 'A lease needs the name of its holder.');
      await circle.open();
      await waker.wake();
      for (let tries = 1; ; tries += 1) {
        const record = await store.get<AccountRecord>('accounts', id);
        if (!record) throw new MusterError('NOT_FOUND', `There is no account ${id}.`);
        const now = clock.now();
        const expiresAt = leaseEnd(ttlMs, now);
        const { state, lease: held, dueAt, fence, label } = record;
        if (held && held.holder !== holder) {
          throw new MusterError(
            'ACCOUNT_BUSY',
            `Account "${label}" is leased by ${held.holder}; wait until it ends, or cancel it.`,
            {
              details: { id, holder: held.holder, expiresAt: held.expiresAt },
            },
          );
        }
        if (!held && !from.includes(state)) {
          const rests = state === 'cooling' && dueAt !== null;
          throw new MusterError(
            'NOTHING_AVAILABLE',
            rests ? `Account "${label}" rests; it comes back by itself.` : `Account "${label}" is ${state}; make it ready first.`,
            { details: { id, state }, ...(rests && { retryAfterMs: Math.max(0, dueAt - now) }) },
          );
        }
        const origin = held ? held.from : state === 'ready' ? undefined : { state, dueAt };
        const lease = { holder, expiresAt, ...(origin && { from: { ...origin } }) };
        const patch = { set: { state: 'busy', lease: { ...lease }, dueAt: expiresAt }, add: { fence: 1 } };
        try {
          await store.commit([{ update: 'accounts', id, patch, if: { fence, state } }]);
        } catch (error) {
          if (!refused(error) || tries === RETRIES) throw error;
          continue;
        }
        const leased: AccountRecord = { ...record, state: 'busy', lease, dueAt: expiresAt, fence: fence + 1 };
        ends.remember(leased);
        waker.note(expiresAt);
        return leased;
      }
    },

    async renew(leases, ttlMs) {
      const expiresAt = leaseEnd(ttlMs, clock.now());
      await endEach(leases, (ref) => {
        return update(ref, { set: { lease: leaseOf(ref, expiresAt), dueAt: expiresAt } });
      });
    },

    async handOut(leases, to) {
      if (to.holder === '') throw new MusterError('BAD_INPUT', 'Accounts are handed out to somebody: name the owner.');
      await circle.open();
      const until = to.until === null ? null : leaseEnd(to.until - clock.now(), clock.now());
      const handed = leases.map((lease) => ends.handOut(lease, { holder: to.holder, until }));
      await endAll(leases, [...handed, ...(to.beside ?? [])]);
      if (until !== null) waker.note(until);
    },

    async takeBack(request) {
      plugins.get(request.plugin);
      await circle.open();
      await waker.wake();
      return takeBack({ store, end: finishing, judge }, request);
    },

    async giveBack(leases) {
      await endEach(leases, (lease) => finishing(lease, { kind: 'unused' }));
    },

    async finish(lease, outcome, beside = []) {
      await circle.open();
      await endAll([lease], [finishing(lease, outcome), ...beside]);
    },

    finishing,

    resting,

    held: (holder) => store.list<AccountRecord>('accounts', { where: eq('lease.holder', holder), sort: { by: 'order' } }),

    async attend(lease, question) {
      const set = question === null ? { state: 'busy', why: null } : { state: 'needs-you', why: question };
      await endAll([lease], [update(lease, { set })]);
    },

    async wake() {
      await circle.open();
      return waker.wake();
    },

    async supply(request) {
      plugins.get(request.plugin);
      await circle.open();
      await waker.wake();
      const scope = scopeOf(request);
      const ready = await store.count('accounts', all(eq('state', 'ready'), scope));
      const away = all(oneOf('state', ['busy', 'cooling', 'needs-you']), scope, { op: 'gt', field: 'dueAt', value: 0 });
      const [next] = await store.list<AccountRecord>('accounts', { where: away, sort: { by: 'dueAt' }, limit: 1 });
      return { ready, nextReadyAt: next?.dueAt ?? null };
    },

    async stats(plugin) {
      plugins.get(plugin);
      await circle.open();
      await waker.wake();
      return poolStats(store, plugin);
    },

    async forecast(request) {
      plugins.get(request.plugin);
      await circle.open();
      await waker.wake();
      return poolForecast(store, { ...request, now: clock.now() });
    },

    async start() {
      await circle.open();
      waker.start();
    },

    stop: () => waker.stop(),
  };
}
