import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountRecord } from '../accounts/account-record.ts';
import { openRoster, type Roster } from '../testing/roster-things.ts';
import type { LeaseRef, Strategy } from './pool.ts';

const HOUR = 60 * 60_000;
const TTL = 20 * 60_000;

/** An account as a naive pool keeps it: a plain object in a list. */
interface Model {
  readonly name: string;
  readonly rank: number;
  readonly priority: number;
  /** Two numbers compared in turn: used ones come after unused ones. */
  place: [used: number, number: number];
  state: 'ready' | 'busy' | 'cooling';
  dueAt: number;
  pickedAs: number;
  windowStart: number;
  windowUses: number;
}

/** Filter and sort, with nothing clever in it. */
function naivePool(now: () => number) {
  const accounts: Model[] = [];
  let clock = 0;
  const byPlace = (left: Model, right: Model): number => left.place[0] - right.place[0] || left.place[1] - right.place[1];
  const usesOf = (model: Model): number => (now() - model.windowStart < HOUR ? model.windowUses : 0);
  const orders: Record<Exclude<Strategy, 'random'>, (left: Model, right: Model) => number> = {
    lru: byPlace,
    'round-robin': byPlace,
    'least-used': (left, right) => usesOf(left) - usesOf(right) || byPlace(left, right),
    priority: (left, right) => left.priority - right.priority || byPlace(left, right),
  };
  const find = (name: string): Model => accounts.find((model) => model.name === name) as Model;
  const wake = (): void => {
    const due = accounts.filter(({ state, dueAt }) => state !== 'ready' && dueAt <= now());
    for (const model of due.toSorted((left, right) => left.dueAt - right.dueAt || byPlace(left, right))) {
      if (model.state === 'cooling') model.place = [1, (clock += 1)];
      model.state = 'ready';
    }
  };

  return {
    find,
    add: (name: string, rank: number, priority: number) =>
      void accounts.push({
        name,
        rank,
        priority,
        place: [0, (clock += 1)],
        state: 'ready',
        dueAt: 0,
        pickedAs: 0,
        windowStart: -HOUR,
        windowUses: 0,
      }),
    lease(strategy: Exclude<Strategy, 'random'>, count: number, [min, max]: readonly [number, number]): string[] {
      wake();
      const picked = accounts
        .filter(({ state, rank }) => state === 'ready' && rank >= min && rank <= max)
        .toSorted(orders[strategy])
        .slice(0, count);
      for (const model of picked) {
        model.state = 'busy';
        model.dueAt = now() + TTL;
        model.pickedAs = strategy === 'round-robin' ? (clock += 1) : 0;
      }
      return picked.map(({ name }) => name);
    },
    use(name: string, restMs: number) {
      const model = find(name);
      model.place = [1, model.pickedAs || (clock += 1)];
      model.windowUses = now() - model.windowStart < HOUR ? model.windowUses + 1 : 1;
      if (model.windowUses === 1) model.windowStart = now();
      model.state = restMs > 0 ? 'cooling' : 'ready';
      model.dueAt = now() + restMs;
    },
    giveBack: (name: string) => void (find(name).state = 'ready'),
  };
}

type Step =
  | {
      readonly do: 'lease';
      readonly strategy: Exclude<Strategy, 'random'>;
      readonly count: number;
      readonly rank: readonly [number, number];
    }
  | { readonly do: 'end'; readonly which: number; readonly how: 'used' | 'rest' | 'unused'; readonly restMs: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'add'; readonly rank: number; readonly priority: number };

const level = fc.integer({ min: 1, max: 3 });
const range = fc.oneof({ weight: 3, arbitrary: fc.constant([1, 3] as const) }, { weight: 1, arbitrary: fc.tuple(level, level) });
const ending = fc.constantFrom('used' as const, 'used' as const, 'used' as const, 'rest' as const, 'unused' as const);

/** Mostly one strategy a history, few accounts and short waits, so that accounts are used again and again and ties are met. */
const stepsOf = (strategy: fc.Arbitrary<Exclude<Strategy, 'random'>>): fc.Arbitrary<Step[]> => {
  const lease = fc.record({ do: fc.constant('lease' as const), strategy, count: fc.integer({ min: 1, max: 3 }), rank: range });
  const restMs = fc.integer({ min: 1, max: HOUR });
  const end = fc.record({ do: fc.constant('end' as const), which: fc.nat(), how: ending, restMs });
  const ms = fc.oneof(fc.integer({ min: 1, max: TTL / 2 }), fc.integer({ min: 1, max: 2 * HOUR }));
  const wait = fc.record({ do: fc.constant('wait' as const), ms });
  const join = fc.record({ do: fc.constant('add' as const), rank: level, priority: fc.integer({ min: 1, max: 3 }) });
  const step = fc.oneof(
    { weight: 8, arbitrary: lease },
    { weight: 10, arbitrary: end },
    { weight: 2, arbitrary: wait },
    { weight: 1, arbitrary: join },
  );
  return fc.array(step, { minLength: 60, maxLength: 120 });
};
const ONE_STRATEGY = ['lru', 'round-robin', 'least-used', 'priority'] as const;

async function add(roster: Roster, name: string, rank: number, priority: number): Promise<void> {
  const { id } = await roster.accounts.add('test', { username: name, password: 'x', level: rank }, 'local');
  await roster.accounts.edit(id, { priority }, 'local');
}

/** What both leased, step by step. */
async function replay(history: readonly Step[]): Promise<{ leased: string[][]; expected: string[][] }> {
  const leasedBy: { leased: string[][]; expected: string[][] } = { leased: [], expected: [] };
  const roster = await openRoster();
  const model = naivePool(() => roster.clock.now());
  let names = 0;
  const join = async (rank: number, priority: number): Promise<void> => {
    const name = `u${(names += 1)}`;
    model.add(name, rank, priority);
    await add(roster, name, rank, priority);
  };
  for (let at = 0; at < 6; at += 1) await join(1 + (at % 3), 1 + (at % 2));
  let held: AccountRecord[] = [];
  for (const step of history) {
    const now = roster.clock.now();
    held = held.filter(({ dueAt }) => (dueAt ?? 0) > now);
    if (step.do === 'add') await join(step.rank, step.priority);
    else if (step.do === 'wait') {
      await roster.clock.advance(step.ms);
      await roster.pool.wake();
      model.lease('lru', 0, [0, 0]);
    } else if (step.do === 'lease') {
      const [min, max] = step.rank.toSorted((left, right) => left - right) as [number, number];
      const request = { plugin: 'test', count: step.count, holder: 'task/1', ttlMs: TTL, strategy: step.strategy };
      const leased = await roster.pool.lease({ ...request, rank: { min, max } });
      leasedBy.leased.push(leased.map(({ label }) => label));
      leasedBy.expected.push(model.lease(step.strategy, step.count, [min, max]));
      held.push(...leased);
    } else if (held.length > 0) {
      const [record] = held.splice(step.which % held.length, 1) as [AccountRecord];
      const ref: LeaseRef = { id: record.id, fence: record.fence, holder: 'task/1' };
      if (step.how === 'unused') {
        await roster.pool.giveBack([ref]);
        model.giveBack(record.label);
      } else {
        const restMs = step.how === 'rest' ? step.restMs : 0;
        await roster.pool.finish(ref, restMs > 0 ? { kind: 'rest', until: now + restMs } : { kind: 'used' });
        model.use(record.label, restMs);
      }
    }
  }
  return leasedBy;
}

describe('the order of the pool', () => {
  const agrees = (steps: fc.Arbitrary<Step[]>): fc.IAsyncPropertyWithHooks<[Step[]]> =>
    fc.asyncProperty(steps, async (history) => {
      const { leased, expected } = await replay(history);
      expect(leased).toEqual(expected);
    });

  it.each(ONE_STRATEGY)('is that of a naive filter and sort, over any history: %s', async (strategy) => {
    await fc.assert(agrees(stepsOf(fc.constant(strategy))), { numRuns: 25 });
  });

  it('is that of a naive filter and sort, over any history of all strategies mixed', async () => {
    await fc.assert(agrees(stepsOf(fc.constantFrom(...ONE_STRATEGY))), { numRuns: 25 });
  });

  it('by chance takes only accounts that fit, each once, and none more often than the others', async () => {
    const roster = await openRoster();
    for (let at = 0; at < 40; at += 1) await add(roster, `u${at}`, at < 30 ? 1 : 2, 1);
    const counts = new Map<string, number>();
    for (let round = 0; round < 300; round += 1) {
      const count = round % 2 === 0 ? 5 : 20;
      const request = { plugin: 'test', count, holder: 'task/1', ttlMs: TTL, strategy: 'random', rank: { max: 1 } } as const;
      const leased = await roster.pool.lease(request);
      expect(new Set(leased.map(({ id }) => id)).size).toBe(count);
      for (const { label, rank } of leased) {
        expect(rank).toBe(1);
        counts.set(label, (counts.get(label) ?? 0) + 1);
      }
      await roster.pool.giveBack(leased.map(({ id, fence }) => ({ id, fence, holder: 'task/1' })));
    }
    // 125 is the mean; six standard deviations are about 58.
    expect(counts.size).toBe(30);
    expect([...counts.values()].every((count) => count > 67 && count < 183)).toBe(true);
  });
});
