import { describe, expect, it } from 'vitest';
import { ACCOUNTS } from '../accounts/account-record.ts';
import { openMemoryStore } from '../adapters/memory-store.ts';
import { openRoster, type Roster } from '../testing/roster-things.ts';
import type { Strategy } from './pool.ts';
import type { RateLimits } from './rate-window.ts';
import { createRotation, type RequestLease, type Rotation } from './rotation.ts';
import { ROTATION } from './rotation-record.ts';

const MINUTE = 60_000;
const plenty: RateLimits = { limit: 1_000, windowMs: MINUTE, cooldownMs: 0 };
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

async function open(names: number, roster?: Roster): Promise<Roster> {
  const opened = roster ?? (await openRoster({ store: await openMemoryStore({ collections: [ACCOUNTS, ROTATION] }) }));
  for (let at = 0; at < names; at += 1) {
    const { id } = await opened.accounts.add('test', { username: `u${at}`, password: 'x' }, 'local');
    await opened.accounts.edit(id, { priority: at < names / 2 ? 1 : 2 }, 'local');
  }
  return opened;
}
const rotate = (roster: Roster, limits: Partial<RateLimits> = {}, strategy: Strategy = 'round-robin'): Promise<Rotation> =>
  createRotation(roster, { plugin: 'test', strategy, limits: { ...plenty, ...limits } });
const use = (rotation: Rotation): string => {
  const lease = rotation.pick();
  lease?.sent();
  lease?.finish({ kind: 'used' });
  return lease?.account.label ?? '-';
};
const uses = (rotation: Rotation, count: number): string[] => Array.from({ length: count }, () => use(rotation));

describe('a rotation of requests', () => {
  it('takes turns', async () => {
    const rotation = await rotate(await open(3));
    expect(uses(rotation, 7)).toEqual(['u0', 'u1', 'u2', 'u0', 'u1', 'u2', 'u0']);
    await rotation.stop();
    expect(() => rotation.pick()).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
  });

  it('takes the better priority as long as it can serve', async () => {
    const rotation = await rotate(await open(4), { limit: 2 }, 'priority');
    expect(uses(rotation, 9)).toEqual(['u0', 'u1', 'u0', 'u1', 'u2', 'u3', 'u2', 'u3', '-']);
    await rotation.stop();
  });

  it('takes the one with the fewest requests in the window, as they leave it', async () => {
    const roster = await open(3);
    const rotation = await rotate(roster, {}, 'least-used');
    expect(uses(rotation, 2)).toEqual(['u0', 'u1']);
    await roster.clock.advance(30_000);
    expect(uses(rotation, 2)).toEqual(['u2', 'u0']);
    await roster.clock.advance(30_000);
    // u0 used once and u1 not at all within the window now; u2 used once, longer ago than u0.
    expect(uses(rotation, 3)).toEqual(['u1', 'u2', 'u0']);
    await rotation.stop();
  });

  it('spreads evenly by chance', async () => {
    const rotation = await rotate(await open(4), {}, 'random');
    const counts = new Map<string, number>();
    for (const name of uses(rotation, 2_000)) counts.set(name, (counts.get(name) ?? 0) + 1);
    expect([...counts.values()].every((count) => count > 400 && count < 600)).toBe(true);
    await rotation.stop();
  });

  it('skips accounts at their limit and says when the next is back', async () => {
    const roster = await open(2);
    const rotation = await rotate(roster, { limit: 1, cooldownMs: 90_000 });
    expect(uses(rotation, 3)).toEqual(['u0', 'u1', '-']);
    expect(rotation.nextAt()).toBe(roster.clock.now() + 90_000);
    await roster.clock.advance(90_000);
    expect(uses(rotation, 1)).toEqual(['u0']);
    rotation.reset();
    expect(uses(rotation, 2)).toEqual(['u1', 'u0']);
    await rotation.stop();
  });

  it('does not pick what a caller has tried already', async () => {
    const rotation = await rotate(await open(2));
    const tried = new Set<string>();
    for (let at = 0; at < 2; at += 1) {
      const lease = rotation.pick(tried) as RequestLease;
      tried.add(lease.account.id);
      lease.finish({ kind: 'unused' });
    }
    expect(tried.size).toBe(2);
    expect(rotation.pick(tried)).toBeUndefined();
    await rotation.stop();
  });

  it('holds no account over its limit with a thousand callers at once', async () => {
    const roster = await open(10);
    const rotation = await rotate(roster, { limit: 20, windowMs: 10_000, maxConcurrent: 5 });
    const sent = new Map<string, number[]>();
    const running = new Map<string, number>();
    let most = 0;
    const done = new Set<number>();
    const served = (): number => done.size;
    const caller = async (at: number): Promise<void> => {
      for (;;) {
        const lease = rotation.pick();
        if (!lease) {
          await new Promise<void>((resolve) => void roster.clock.after(50 + (at % 17), resolve));
          continue;
        }
        const { id } = lease.account;
        running.set(id, (running.get(id) ?? 0) + 1);
        most = Math.max(most, running.get(id) ?? 0);
        await new Promise<void>((resolve) => void roster.clock.after(at % 29, resolve));
        lease.sent();
        sent.set(id, [...(sent.get(id) ?? []), roster.clock.now()]);
        await new Promise<void>((resolve) => void roster.clock.after(at % 101, resolve));
        running.set(id, (running.get(id) ?? 0) - 1);
        lease.finish({ kind: 'used' });
        done.add(at);
        return;
      }
    };
    const callers = Array.from({ length: 1_000 }, (_, at) => caller(at));
    const all = Promise.all(callers);
    while (served() < 1_000) await roster.clock.advance(1_000);
    await all;
    for (const times of sent.values())
      for (const [at, time] of times.entries()) expect((times[at + 20] ?? Infinity) - time).toBeGreaterThanOrEqual(10_000);
    expect(most).toBe(5);
    await rotation.stop();
    const { accounts } = await roster.accounts.list({ limit: 100 });
    expect(accounts.reduce((sum, account) => sum + account.uses, 0)).toBe(1_000);
  });

  it('rests an account as long as the service asks, for everybody to see, and takes it back', async () => {
    const roster = await open(2);
    await roster.pool.start();
    const rotation = await rotate(roster);
    const lease = rotation.pick() as RequestLease;
    lease.sent();
    lease.finish({ kind: 'rest', until: roster.clock.now() + MINUTE, change: { status: 'limited' } });
    await rotation.flush();
    expect(await roster.accounts.get(lease.account.id)).toMatchObject({ state: 'cooling', status: 'limited', uses: 1 });
    expect(uses(rotation, 2)).toEqual(['u1', 'u1']);
    await roster.clock.advance(MINUTE);
    expect(await roster.accounts.get(lease.account.id)).toMatchObject({ state: 'ready', status: 'active' });
    await turn();
    expect(uses(rotation, 2)).toEqual(['u0', 'u1']);
    await rotation.stop();
    await roster.pool.stop();
  });

  it('takes a failed account out at once, and durably', async () => {
    const roster = await open(2);
    const rotation = await rotate(roster);
    const lease = rotation.pick() as RequestLease;
    lease.finish({ kind: 'failed', change: { status: 'banned', why: 'refused' } });
    lease.finish({ kind: 'used' });
    expect(uses(rotation, 2)).toEqual(['u1', 'u1']);
    await rotation.flush();
    expect(await roster.accounts.get(lease.account.id)).toMatchObject({ state: 'failed', status: 'banned', why: 'refused' });
    await rotation.stop();
  });

  it('follows accounts that are added, paused, made ready and removed', async () => {
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
    await rotation.stop();
  });

  it('knows after a restart what was sent, and who rests', async () => {
    const roster = await open(2);
    const before = await rotate(roster, { limit: 2 });
    expect(uses(before, 3)).toEqual(['u0', 'u1', 'u0']);
    await roster.clock.advance(1_000);
    await before.stop();
    const after = await rotate(roster, { limit: 2 });
    expect(uses(after, 2)).toEqual(['u1', '-']);
    await roster.clock.advance(MINUTE);
    expect(uses(after, 4).toSorted()).toEqual(['u0', 'u0', 'u1', 'u1']);
    expect(after.figures().map(({ uses: made }) => made)).toEqual([2, 2]);
    await after.stop();
  });
});
