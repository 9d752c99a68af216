import type { AccountState, Forecast } from '@muster/sdk';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AccountRecord } from '../accounts/account-record.ts';
import { openRoster, type Roster } from '../testing/roster-things.ts';
import type { LeaseRef } from './pool.ts';

const MINUTE = 60_000;
const refOf = ({ id, fence, lease }: AccountRecord): LeaseRef => ({ id, fence, holder: lease?.holder ?? '' });
const everybody = (roster: Roster): Promise<AccountRecord[]> => roster.store.list<AccountRecord>('accounts');

async function withLevels(levels: readonly number[]): Promise<Roster> {
  const roster = await openRoster();
  for (const [at, level] of levels.entries())
    await roster.accounts.add('test', { username: `user${at}`, password: 'x', level }, 'local');
  return roster;
}
const take = (roster: Roster, count: number): Promise<AccountRecord[]> =>
  roster.pool.lease({ plugin: 'test', count, holder: 'task/1', ttlMs: 10 * MINUTE });

/** The same from a look at all accounts. */
function naiveForecast(
  accounts: readonly AccountRecord[],
  count: number,
  [min, max]: readonly [number, number],
  now: number,
): Forecast {
  const within = accounts.filter(({ rank }) => rank >= min && rank <= max);
  const ready = within.filter(({ state }) => state === 'ready').length;
  const coming = within.flatMap(({ dueAt }) => dueAt ?? []).toSorted((left, right) => left - right);
  if (ready >= count) return { wanted: count, ready, at: now, missing: 0 };
  return { wanted: count, ready, at: coming[count - ready - 1] ?? null, missing: Math.max(0, count - ready - coming.length) };
}

it('says what a look at every account would say, whatever happened to them', async () => {
  const step = fc.record({
    what: fc.constantFrom('hand', 'rest', 'fail', 'back', 'wait', 'take', 'pause'),
    count: fc.integer({ min: 1, max: 3 }),
    owner: fc.constantFrom('ann', 'bob'),
    minutes: fc.integer({ min: 1, max: 30 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 29, max: 31 }), { minLength: 1, maxLength: 8 }),
      fc.array(step, { maxLength: 12 }),
      fc.integer({ min: 1, max: 9 }),
      async (levels, steps, wanted) => {
        const roster = await withLevels(levels);
        const { pool, clock } = roster;
        for (const { what, count, owner, minutes } of steps) {
          const until = clock.now() + minutes * MINUTE;
          if (what === 'wait') await clock.advance(minutes * MINUTE);
          else if (what === 'back') {
            const out = (await everybody(roster)).filter(({ lease }) => lease?.owner === owner);
            await pool.takeBack({ plugin: 'test', accounts: out, outcome: { kind: 'unused' } });
          } else if (what === 'pause') await roster.accounts.setState({ where: 'level:29' }, 'paused', 'local');
          else {
            const taken = await take(roster, count);
            if (what === 'hand') await pool.handOut(taken.map(refOf), { holder: `owner/${owner}`, until });
            const change = { status: 'limited' };
            for (const ref of taken.map(refOf)) {
              if (what === 'rest') await pool.finish(ref, { kind: 'rest', until, change });
              if (what === 'fail') await pool.finish(ref, { kind: 'failed' });
            }
          }
        }
        const stats = await pool.stats('test');
        const all = await everybody(roster);
        const inState = (state: AccountState): AccountRecord[] => all.filter((each) => each.state === state);
        for (const [state, count] of Object.entries(stats.states)) expect(count).toBe(inState(state as AccountState).length);
        for (const { rank, count } of stats.stock)
          expect(count).toBe(inState('ready').filter((each) => each.rank === rank).length);
        expect(stats.stock.reduce((sum, { count }) => sum + count, 0)).toBe(inState('ready').length);
        for (const { owner, count } of stats.owners) expect(count).toBe(all.filter(({ lease }) => lease?.owner === owner).length);
        expect(stats.owners.reduce((sum, { count }) => sum + count, 0)).toBe(all.filter(({ lease }) => lease?.owner).length);
        expect(stats.resting.reduce((sum, { count }) => sum + count, 0)).toBe(inState('cooling').length);
        const times = inState('cooling').map(({ dueAt }) => dueAt ?? 0);
        expect(stats.rests).toEqual(
          times.length === 0 ? { nextAt: null, lastAt: null } : { nextAt: Math.min(...times), lastAt: Math.max(...times) },
        );
        const request = { plugin: 'test', count: wanted, rank: { min: 30, max: 31 } };
        expect(await pool.forecast(request)).toEqual(naiveForecast(all, wanted, [30, 31], clock.now()));
      },
    ),
    { numRuns: 60 },
  );
});

it('tells in a forecast when the last one needed is back, and how many never come', async () => {
  const roster = await withLevels([30, 30, 31, 20]);
  const [a, b] = (await take(roster, 2)) as [AccountRecord, AccountRecord];
  const now = roster.clock.now();
  await roster.pool.finish(refOf(a), { kind: 'rest', until: now + 5 * MINUTE });
  await roster.pool.handOut([refOf(b)], { holder: 'owner/ann', until: now + 2 * MINUTE });
  const forecast = (count: number) => roster.pool.forecast({ plugin: 'test', count, rank: { min: 30 } });
  expect(await forecast(1)).toEqual({ wanted: 1, ready: 1, at: now, missing: 0 });
  expect(await forecast(2)).toMatchObject({ at: now + 2 * MINUTE, missing: 0 });
  expect(await forecast(3)).toMatchObject({ at: now + 5 * MINUTE, missing: 0 });
  expect(await forecast(5)).toMatchObject({ at: null, missing: 2 });
  for (const count of [0, 1.5, Number.NaN, 100_001]) await expect(forecast(count)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  await expect(roster.pool.stats('none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('takes back a thousand at once, keeps their places, and leaves alone what moved on', async () => {
  const roster = await withLevels(Array.from({ length: 1_100 }, () => 30));
  const taken = await take(roster, 1_100);
  await roster.pool.handOut(taken.map(refOf), { holder: 'owner/ann', until: roster.clock.now() + MINUTE });
  const [first] = taken as [AccountRecord];
  await roster.clock.advance(2 * MINUTE);
  await roster.pool.leaseOne(first.id, { holder: 'task/9', ttlMs: MINUTE });
  const { moved } = await roster.pool.takeBack({
    plugin: 'test',
    accounts: taken,
    outcome: { kind: 'rest', until: roster.clock.now() + MINUTE },
  });
  expect(moved).toEqual([first.id]);
  expect((await roster.pool.stats('test')).states).toMatchObject({ busy: 1, cooling: 1_099, ready: 0 });
});
