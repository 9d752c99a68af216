import type { RotationLimits, RotationSettings, RotationStrategy } from '@muster/sdk';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTestRandom } from '../testing/test-random.ts';
import { GRAIN, MINUTE, open, rotate, settingsOf, take, turn, use, useAll, uses, type Slot } from '../testing/rotation-things.ts';

describe('a rotation of requests', () => {
  it('takes turns', async () => {
    const rotation = await rotate(await open(3));
    expect(uses(rotation, 7)).toEqual(['u0', 'u1', 'u2', 'u0', 'u1', 'u2', 'u0']);
    await rotation.close();
    await rotation.close();
    expect(() => rotation.pick()).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
    await expect(rotation.acquire()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('takes the better priority as long as it can serve', async () => {
    const rotation = await rotate(await open(4), { limit: 2, strategy: 'priority' });
    expect(uses(rotation, 9)).toEqual(['u0', 'u1', 'u0', 'u1', 'u2', 'u3', 'u2', 'u3', '-']);
    await rotation.close();
    const busy = await rotate(await open(2), { limit: 20, strategy: 'priority' });
    // Also where the journal has to be written in between: the next one does not step in for that.
    expect(new Set(await useAll(busy, 20))).toEqual(new Set(['u0']));
    await busy.close();
  });

  it('takes the one with the fewest requests in the window, as they leave it', async () => {
    const roster = await open(3);
    const rotation = await rotate(roster, { strategy: 'least-used' });
    expect(uses(rotation, 2)).toEqual(['u0', 'u1']);
    await roster.clock.advance(30_000);
    expect(uses(rotation, 2)).toEqual(['u2', 'u0']);
    await roster.clock.advance(30_000 + GRAIN);
    // u0 used once and u1 not at all within the window now; u2 used once, longer ago than u0.
    expect(uses(rotation, 3)).toEqual(['u1', 'u2', 'u0']);
    await rotation.close();
  });

  it('spreads evenly by chance', async () => {
    const rotation = await rotate(await open(4), { strategy: 'random', limit: 10_000 });
    const counts = new Map<string, number>();
    for (const name of uses(rotation, 2_000)) counts.set(name, (counts.get(name) ?? 0) + 1);
    expect([...counts.values()].every((count) => count > 400 && count < 600)).toBe(true);
    await rotation.close();
  });

  it('changes its strategy and its limits while it runs, and keeps what is counted', async () => {
    const roster = await open(4);
    const rotation = await rotate(roster, { limit: 2 });
    expect(uses(rotation, 6)).toEqual(['u0', 'u1', 'u2', 'u3', 'u0', 'u1']);
    rotation.configure(settingsOf({ limit: 2, strategy: 'priority' }));
    expect(uses(rotation, 3)).toEqual(['u2', 'u3', '-']);
    rotation.configure(settingsOf({ limit: 3, strategy: 'priority' }));
    expect(rotation.settings).toMatchObject({ strategy: 'priority', limits: { limit: 3 } });
    expect(uses(rotation, 5)).toEqual(['u0', 'u1', 'u2', 'u3', '-']);
    rotation.configure(settingsOf({ limit: 1 }));
    expect(uses(rotation, 1)).toEqual(['-']);
    await roster.clock.advance(MINUTE + GRAIN);
    expect(uses(rotation, 5).toSorted()).toEqual(['-', 'u0', 'u1', 'u2', 'u3']);
    await rotation.close();
  });

  it('gives single accounts limits of their own', async () => {
    const roster = await open(2);
    const slower: NonNullable<RotationSettings['limitsFor']> = ({ label }) => (label === 'u1' ? { limit: 1 } : undefined);
    const rotation = await rotate(roster, { limit: 3, limitsFor: slower });
    expect(uses(rotation, 5)).toEqual(['u0', 'u1', 'u0', 'u0', '-']);
    await rotation.close();
  });

  it('skips accounts at their limit and says when the next is back', async () => {
    const roster = await open(2);
    const rotation = await rotate(roster, { limit: 1, cooldownMs: 90_000 });
    expect(uses(rotation, 3)).toEqual(['u0', 'u1', '-']);
    expect(rotation.nextAt()).toBe(roster.clock.now() + 90_000);
    await roster.clock.advance(90_000);
    expect(uses(rotation, 1)).toEqual(['u0']);
    await rotation.reset();
    expect(uses(rotation, 2)).toEqual(['u1', 'u0']);
    await rotation.close();
  });

  it('gives out all of every limit, none early and none too many', async () => {
    const rotation = await rotate(await open(4), { limit: 6 });
    const labels = await useAll(rotation, 25);
    for (const label of ['u0', 'u1', 'u2', 'u3']) expect(labels.filter((used) => used === label)).toHaveLength(6);
    expect(labels.at(-1)).toBe('-');
    await rotation.close();
  });

  it('cools down for as long as is asked, and longer while the window still counts', async () => {
    const roster = await open(1);
    const rotation = await rotate(roster, { limit: 2, cooldownMs: 30_000 });
    expect(uses(rotation, 3)).toEqual(['u0', 'u0', '-']);
    await roster.clock.advance(30_000);
    expect(uses(rotation, 1)).toEqual(['-']);
    await roster.clock.advance(30_000 + GRAIN);
    expect(uses(rotation, 1)).toEqual(['u0']);
    await roster.clock.advance(45_000);
    // The second within the window: 30 s from now, though the first leaves it in 15 s.
    expect(uses(rotation, 2)).toEqual(['u0', '-']);
    expect(rotation.nextAt()).toBe(roster.clock.now() + 30_000);
    await rotation.close();
  });

  it('does not pick what a caller has tried already', async () => {
    const rotation = await rotate(await open(2));
    const tried = new Set<string>();
    for (let at = 0; at < 2; at += 1) {
      const slot = rotation.pick({ exclude: tried }) as Slot;
      tried.add(slot.account.id);
      slot.finish({ kind: 'unused' });
    }
    expect(tried.size).toBe(2);
    expect(rotation.pick({ exclude: tried })).toBeUndefined();
    await expect(rotation.acquire({ exclude: tried })).rejects.toMatchObject({ code: 'NOTHING_AVAILABLE', retryAfterMs: 0 });
    await rotation.close();
  });

  it.each<[keyof RotationLimits | 'strategy' | 'maxWaiting', unknown]>([
    ['limit', 0],
    ['limit', 1.5],
    ['windowMs', 0],
    ['cooldownMs', -1],
    ['maxConcurrent', 0],
    ['tokensPerMinute', Number.NaN],
    ['maxWaiting', -1],
    ['strategy', 'best'],
  ])('refuses %s = %s', async (name, value) => {
    const rotation = await rotate(await open(1));
    const unfit = settingsOf({ [name]: value });
    expect(() => rotation.configure(unfit)).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringContaining(name) as string }),
    );
    expect(uses(rotation, 1)).toEqual(['u0']);
    await rotation.close();
  });
});

describe('the accounts of a rotation', () => {
  it('come with their secrets, as the same object until their fields change', async () => {
    const roster = await open(1);
    const rotation = await rotate(roster);
    const first = take(rotation);
    expect(await first.account.secret('password')).toBe('pass-0');
    first.finish({ kind: 'used' });
    await rotation.flush();
    await turn();
    const second = take(rotation);
    expect(second.account).toBe(first.account);
    await roster.accounts.edit(second.account.id, { data: { password: 'new', note: 'hello' } }, 'local');
    await turn();
    const third = take(rotation);
    expect(third.account).not.toBe(first.account);
    expect(third.account.data).toMatchObject({ username: 'u0', note: 'hello' });
    expect(await third.account.secret('password')).toBe('new');
    await rotation.close();
  });

  it('rest as long as the service asks, for everybody to see, and come back', async () => {
    const roster = await open(2);
    await roster.pool.start();
    const rotation = await rotate(roster);
    const slot = take(rotation);
    slot.sent();
    slot.finish({
      kind: 'rest',
      until: roster.clock.now() + MINUTE,
      status: 'limited',
      why: 'asked to wait',
      served: { status: 429, durationMs: 5 },
    });
    await rotation.flush();
    const { id } = slot.account;
    const told = { state: 'cooling', status: 'limited', why: 'asked to wait', dueAt: roster.clock.now() + MINUTE, uses: 1 };
    expect(await roster.accounts.get(id)).toMatchObject(told);
    await turn();
    expect(uses(rotation, 2)).toEqual(['u1', 'u1']);
    expect(rotation.figures().find((figure) => figure.id === id)).toMatchObject({
      restUntil: told.dueAt,
      availableAt: told.dueAt,
    });
    await roster.clock.advance(MINUTE);
    expect(await roster.accounts.get(id)).toMatchObject({ state: 'ready', status: 'active' });
    await turn();
    expect(uses(rotation, 2)).toEqual(['u0', 'u1']);
    await rotation.close();
    await roster.pool.stop();
  });

  it('keep the longer of two rests, and go on when a person makes them ready', async () => {
    const roster = await open(1);
    await roster.pool.start();
    const rotation = await rotate(roster);
    const [first, second] = [take(rotation), take(rotation)];
    const now = roster.clock.now();
    first.finish({ kind: 'rest', until: now + 2 * MINUTE });
    second.finish({ kind: 'rest', until: now + MINUTE });
    await rotation.flush();
    await turn();
    expect(rotation.nextAt()).toBe(now + 2 * MINUTE);
    await roster.clock.advance(MINUTE);
    expect(uses(rotation, 1)).toEqual(['-']);
    await roster.accounts.setState({ ids: [first.account.id] }, 'ready', 'local');
    await turn();
    expect(uses(rotation, 1)).toEqual(['u0']);
    await rotation.close();
    await roster.pool.stop();
  });

  it('that fail are out at once, and durably', async () => {
    const roster = await open(2);
    const rotation = await rotate(roster);
    const slot = take(rotation);
    slot.finish({ kind: 'failed', status: 'banned', why: 'refused' });
    slot.finish({ kind: 'used' });
    expect(uses(rotation, 2)).toEqual(['u1', 'u1']);
    await rotation.flush();
    expect(await roster.accounts.get(slot.account.id)).toMatchObject({ state: 'failed', status: 'banned', why: 'refused' });
    await rotation.close();
  });

  it('are followed when they are added, paused, made ready and removed', async () => {
    const roster = await open(2);
    const rotation = await rotate(roster);
    const { accounts } = await roster.accounts.list({});
    const [first, second] = accounts.map(({ id }) => id) as [string, string];
    await roster.accounts.setState({ ids: [first] }, 'paused', 'local');
    await turn();
    expect(uses(rotation, 2)).toEqual(['u1', 'u1']);
    await roster.accounts.remove({ ids: [second] }, 'local');
    await turn();
    expect(uses(rotation, 1)).toEqual(['-']);
    expect(rotation.nextAt()).toBeNull();
    await roster.accounts.setState({ ids: [first] }, 'ready', 'local');
    await roster.accounts.add('test', { username: 'new', password: 'x' }, 'local');
    await turn();
    expect(uses(rotation, 2).toSorted()).toEqual(['new', 'u0']);
    await rotation.close();
    expect(await roster.store.get('rotation', second)).toBeUndefined();
  });

  it('share the work fairly while some drop out and come back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 }), async (moves) => {
        const roster = await open(5);
        const rotation = await rotate(roster);
        const { accounts } = await roster.accounts.list({ sort: { by: 'label' } });
        for (const move of moves) {
          const { id } = accounts[move % 5] as (typeof accounts)[number];
          await roster.accounts.setState({ ids: [id] }, move < 5 ? 'paused' : 'ready', 'local');
          await turn();
          const there = (await roster.accounts.list({ where: 'state:ready' })).total;
          const rounds = uses(rotation, 3 * there);
          // Whoever is there is picked once in every round.
          for (let at = 0; at < rounds.length; at += there) expect(new Set(rounds.slice(at, at + there)).size).toBe(there);
        }
        await rotation.close();
      }),
      { numRuns: 30 },
    );
  });
});

describe('a thousand callers at once', () => {
  it('never put an account over its limit in any stretch, as its service counts', async () => {
    const bounds = fc.record({
      accounts: fc.integer({ min: 1, max: 6 }),
      limit: fc.integer({ min: 1, max: 30 }),
      windowMs: fc.integer({ min: 100, max: 5_000 }),
      cooldownMs: fc.integer({ min: 0, max: 2_000 }),
      maxConcurrent: fc.integer({ min: 1, max: 40 }),
      strategy: fc.constantFrom<RotationStrategy>('round-robin', 'least-used', 'random', 'priority', 'lru'),
    });
    await fc.assert(
      fc.asyncProperty(bounds, fc.integer(), async (given, seed) => {
        const { accounts, ...limits } = given;
        const roster = await open(accounts);
        const { clock } = roster;
        const rotation = await rotate(roster, { ...limits, maxWaiting: 1_000 });
        const random = createTestRandom(seed);
        /** When the service met each request: some time after it left, and before it answered. */
        const met = new Map<string, number[]>();
        const running = new Map<string, number>();
        const delay = (): Promise<void> => new Promise((resolve) => void clock.after(Math.floor(random.number() * 200), resolve));
        let most = 0;
        const ended: string[] = [];
        const caller = async (): Promise<void> => {
          const slot = await rotation.acquire({ maxWaitMs: 1e9 });
          const { id } = slot.account;
          running.set(id, (running.get(id) ?? 0) + 1);
          most = Math.max(most, running.get(id) ?? 0);
          await delay();
          met.set(id, [...(met.get(id) ?? []), clock.now()]);
          await delay();
          slot.sent();
          await delay();
          running.set(id, (running.get(id) ?? 0) - 1);
          slot.finish({ kind: 'used' });
          ended.push(id);
        };
        const all = Promise.all(Array.from({ length: 1_000 }, caller));
        while (ended.length < 1_000) await clock.advance(10_000);
        await all;
        for (const times of met.values()) {
          const sorted = times.toSorted((left, right) => left - right);
          const tooMany = sorted.filter((time, at) => (sorted[at + limits.limit] ?? Infinity) - time < limits.windowMs);
          expect(tooMany).toEqual([]);
        }
        expect(most).toBeLessThanOrEqual(limits.maxConcurrent);
        await rotation.close();
        const listed = await roster.accounts.list({ limit: 100 });
        expect(listed.accounts.reduce((sum, account) => sum + account.uses, 0)).toBe(1_000);
      }),
      { numRuns: 6 },
    );
  });
});

describe('figures of a rotation', () => {
  it('tell what was made, of each account and in all, second by second', async () => {
    const roster = await open(2);
    const rotation = await rotate(roster, { maxConcurrent: 2 });
    const [first, second, third] = [take(rotation), take(rotation), take(rotation)];
    first.finish({ kind: 'used', served: { status: 200, durationMs: 5, tokens: 7 } });
    second.finish({ kind: 'used', served: { status: 500, durationMs: 5 } });
    third.finish({ kind: 'unused' });
    await roster.clock.advance(2_000);
    use(rotation);
    take(rotation);
    expect(rotation.figures()).toMatchObject([
      { label: 'u0', uses: 2, inFlight: 1, served: 1, failed: 0, tokens: 7, restUntil: null },
      { label: 'u1', uses: 2, inFlight: 0, served: 1, failed: 1, tokens: 0, restUntil: null },
    ]);
    const { perSecond, ...totals } = rotation.totals();
    expect(totals).toEqual({ accounts: 2, free: 2, inFlight: 1, waiting: 0, served: 2, failed: 1, limited: 0, tokens: 7 });
    expect(perSecond).toHaveLength(60);
    expect(perSecond.slice(-3)).toEqual([2, 0, 1]);
    await roster.clock.advance(120_000);
    expect(rotation.totals().perSecond.every((count) => count === 0)).toBe(true);
    await rotation.close();
  });
});
