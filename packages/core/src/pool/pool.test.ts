import { describe, expect, it } from 'vitest';
import type { AccountRecord } from '../accounts/account-record.ts';
import { openRoster, type Roster } from '../testing/roster-things.ts';
import { MAX_COOLDOWN_MS } from './cooldown.ts';
import type { LeaseRef, LeaseRequest } from './pool.ts';

const MINUTE = 60_000;
const request = (more: Partial<LeaseRequest> = {}): LeaseRequest => {
  return { plugin: 'test', count: 1, holder: 'task/1', ttlMs: 10 * MINUTE, ...more };
};
const refOf = ({ id, fence, lease }: AccountRecord): LeaseRef => {
  return { id, fence, holder: lease?.holder ?? '', ...(lease?.from && { from: lease.from }) };
};
const labels = (records: readonly AccountRecord[]): string[] => records.map(({ label }) => label);

async function withAccounts(names: string, roster?: Roster): Promise<Roster> {
  const opened = roster ?? (await openRoster());
  for (const username of names) await opened.accounts.add('test', { username, password: 'x', level: 30 }, 'local');
  return opened;
}
async function take(roster: Roster, more: Partial<LeaseRequest> = {}): Promise<AccountRecord[]> {
  return roster.pool.lease(request(more));
}
async function takeOne(roster: Roster, more: Partial<LeaseRequest> = {}): Promise<AccountRecord> {
  const [record] = await take(roster, more);
  if (!record) throw new Error('the pool is short');
  return record;
}

describe('the circle', () => {
  it('gives the accounts in the order in which they were added, and used ones again after all others', async () => {
    const roster = await withAccounts('abc');
    const [a, b] = await take(roster, { count: 2 });
    expect(labels([a, b] as AccountRecord[])).toEqual(['a', 'b']);
    await roster.pool.finish(refOf(b as AccountRecord), { kind: 'used' });
    await roster.pool.finish(refOf(a as AccountRecord), { kind: 'used' });
    expect(labels(await take(roster, { count: 5 }))).toEqual(['c', 'b', 'a']);
  });

  it('puts accounts that were never used before used ones, also those that are added later', async () => {
    const roster = await withAccounts('ab');
    await roster.pool.finish(refOf(await takeOne(roster)), { kind: 'used' });
    await withAccounts('c', roster);
    expect(labels(await take(roster, { count: 5 }))).toEqual(['b', 'c', 'a']);
  });

  it('goes on with its numbers after a restart', async () => {
    const first = await withAccounts('ab');
    await first.pool.finish(refOf(await takeOne(first)), { kind: 'used' });
    const second = await withAccounts('c', await openRoster({ store: first.store, clock: first.clock, seed: 2 }));
    await second.pool.finish(refOf(await takeOne(second)), { kind: 'used' });
    expect(labels(await take(second, { count: 5 }))).toEqual(['c', 'a', 'b']);
  });

  it('gives an account that is given back the place that it had', async () => {
    const roster = await withAccounts('abc');
    const taken = await take(roster, { count: 2 });
    await roster.pool.giveBack(taken.map(refOf));
    expect(labels(await take(roster, { count: 3 }))).toEqual(['a', 'b', 'c']);
  });

  it('chooses by rank and by filter', async () => {
    const roster = await openRoster();
    for (const [username, level] of [
      ['low', 5],
      ['mid', 30],
      ['high', 40],
    ] as const)
      await roster.accounts.add('test', { username, password: 'x', level }, 'local');
    expect(labels(await take(roster, { count: 9, rank: { min: 30, max: 31 } }))).toEqual(['mid']);
    expect(labels(await take(roster, { count: 9, where: 'level>30' }))).toEqual(['high']);
    await expect(take(roster, { where: 'nonsense:1' })).rejects.toMatchObject({ code: 'BAD_FILTER' });
  });

  it('refuses requests that make no sense', async () => {
    const roster = await withAccounts('a');
    await expect(take(roster, { count: -1 })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(take(roster, { count: 1.5 })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(take(roster, { ttlMs: 0 })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(take(roster, { ttlMs: Number.NaN })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(take(roster, { ttlMs: MAX_COOLDOWN_MS * 2 })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(take(roster, { holder: '' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(take(roster, { plugin: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await take(roster, { count: 0 })).toEqual([]);
  });
});

describe('leases', () => {
  it('never gives one account to two of 64 callers at once', async () => {
    const roster = await openRoster();
    const names = Array.from({ length: 100 }, (_, at) => `user${at}`);
    for (const username of names) await roster.accounts.add('test', { username, password: 'x' }, 'local');
    for (const strategy of ['lru', 'round-robin', 'least-used', 'random', 'priority'] as const) {
      const callers = Array.from({ length: 64 }, (_, at) => take(roster, { count: 2, holder: `task/${at}`, strategy }));
      const taken = (await Promise.all(callers)).flat();
      expect(new Set(labels(taken)).size).toBe(100);
      expect(taken).toHaveLength(100);
      await roster.pool.giveBack(taken.map(refOf));
    }
  });

  it('refuses a holder whose lease went to another, and changes nothing', async () => {
    const roster = await withAccounts('a');
    const old = await takeOne(roster, { ttlMs: MINUTE });
    await roster.clock.advance(2 * MINUTE);
    const now = await takeOne(roster, { holder: 'task/2' });
    expect(now.fence).toBe(old.fence + 1);
    await expect(roster.pool.finish(refOf(old), { kind: 'used' })).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await expect(roster.pool.renew([refOf(old)], MINUTE)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await expect(roster.pool.handOut([refOf(old)], { holder: 'owner/x', until: null })).rejects.toMatchObject({
      code: 'LEASE_LOST',
    });
    expect(await roster.accounts.get(now.id)).toMatchObject({ state: 'busy', lease: { holder: 'task/2' }, uses: 0 });
  });

  it('gives back what can be given back when some of the leases are lost', async () => {
    const roster = await withAccounts('ab');
    const [a, b] = (await take(roster, { count: 2 })) as [AccountRecord, AccountRecord];
    await roster.pool.finish(refOf(a), { kind: 'used' });
    await expect(roster.pool.giveBack([refOf(a), refOf(b)])).rejects.toMatchObject({
      code: 'LEASE_LOST',
      details: { ids: [a.id] },
    });
    expect(await roster.accounts.get(b.id)).toMatchObject({ state: 'ready', lease: null, dueAt: null });
  });

  it('ends by itself at its time, to the moment', async () => {
    const roster = await withAccounts('a');
    await roster.pool.start();
    const { id } = await takeOne(roster, { ttlMs: MINUTE });
    await roster.clock.advance(MINUTE - 1);
    expect(await roster.accounts.get(id)).toMatchObject({ state: 'busy' });
    await roster.clock.advance(1);
    expect(await roster.accounts.get(id)).toMatchObject({ state: 'ready', lease: null, dueAt: null, fence: 1 });
    expect(roster.events.all.at(-1)).toMatchObject({ type: 'lease.expired', fields: { count: 1, holders: ['task/1'] } });
    await roster.pool.stop();
    expect(roster.clock.waiting).toBe(0);
  });

  it('lasts as long as it is renewed', async () => {
    const roster = await withAccounts('a');
    await roster.pool.start();
    const lease = await takeOne(roster, { ttlMs: MINUTE });
    await roster.clock.advance(50_000);
    await roster.pool.renew([refOf(lease)], MINUTE);
    await roster.clock.advance(50_000);
    expect(await roster.accounts.get(lease.id)).toMatchObject({ state: 'busy' });
    await roster.clock.advance(10_000);
    expect(await roster.accounts.get(lease.id)).toMatchObject({ state: 'ready' });
    await roster.pool.stop();
  });

  it('hands all out in one step, used now, or none', async () => {
    const roster = await withAccounts('abc');
    const [a, b] = (await take(roster, { count: 2 })) as [AccountRecord, AccountRecord];
    const until = roster.clock.now() + 60 * MINUTE;
    const stale = { ...refOf(b), fence: 7 };
    const to = { holder: 'owner/map', until };
    await expect(roster.pool.handOut([refOf(a), stale], to)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await roster.accounts.get(a.id)).toMatchObject({ lease: { holder: 'task/1' }, uses: 0 });
    await roster.pool.handOut([refOf(a), refOf(b)], to);
    expect(labels(await roster.pool.held('owner/map'))).toEqual(['a', 'b']);
    expect(await roster.accounts.get(a.id)).toMatchObject({ state: 'busy', uses: 1, usedAt: roster.clock.now(), dueAt: until });
    await roster.clock.advance(60 * MINUTE);
    expect(labels(await take(roster, { count: 3 }))).toEqual(['c', 'a', 'b']);
  });

  it('frees accounts that are handed out for no time at once, at the end of the circle', async () => {
    const roster = await withAccounts('ab');
    const a = await takeOne(roster);
    await roster.pool.handOut([refOf(a)], { holder: 'owner/x', until: null });
    expect(labels(await take(roster, { count: 2 }))).toEqual(['b', 'a']);
  });

  it('on one named account says who has it, or when it can be had', async () => {
    const roster = await withAccounts('a');
    const { id } = await takeOne(roster);
    const one = { holder: 'task/2', ttlMs: MINUTE };
    await expect(roster.pool.leaseOne(id, one)).rejects.toMatchObject({ code: 'ACCOUNT_BUSY', details: { holder: 'task/1' } });
    const [held] = await roster.pool.held('task/1');
    await roster.pool.finish(refOf(held as AccountRecord), { kind: 'rest', until: roster.clock.now() + MINUTE });
    await expect(roster.pool.leaseOne(id, one)).rejects.toMatchObject({ code: 'NOTHING_AVAILABLE', retryAfterMs: MINUTE });
    const lease = await roster.pool.leaseOne(id, { ...one, from: ['ready', 'cooling'] });
    expect(lease.lease?.from).toEqual({ state: 'cooling', dueAt: roster.clock.now() + MINUTE });
    await roster.pool.giveBack([refOf(lease)]);
    expect(await roster.accounts.get(id)).toMatchObject({ state: 'cooling', dueAt: roster.clock.now() + MINUTE });
    await expect(roster.pool.leaseOne('nobody', one)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is taken up again by the same holder, whose former run is refused from then on', async () => {
    const roster = await withAccounts('a');
    const { id } = await takeOne(roster);
    const one = { holder: 'task/1', ttlMs: MINUTE };
    const again = await roster.pool.leaseOne(id, one);
    expect(again.fence).toBe(2);
    await expect(roster.pool.finish({ id, fence: 1, holder: 'task/1' }, { kind: 'used' })).rejects.toMatchObject({
      code: 'LEASE_LOST',
    });
    await roster.pool.finish(refOf(again), { kind: 'used' });
  });

  it('shows a question and keeps the lease while it waits for a person', async () => {
    const roster = await withAccounts('a');
    await roster.pool.start();
    const lease = await takeOne(roster, { ttlMs: MINUTE });
    await roster.pool.attend(refOf(lease), 'Which code?');
    expect(await roster.accounts.get(lease.id)).toMatchObject({
      state: 'needs-you',
      why: 'Which code?',
      lease: { holder: 'task/1' },
    });
    await roster.pool.renew([refOf(lease)], MINUTE);
    await roster.clock.advance(MINUTE);
    expect(await roster.accounts.get(lease.id)).toMatchObject({ state: 'ready', why: null, lease: null });
    await roster.pool.stop();
  });
});

describe('what became of an account', () => {
  it('counts tries until a success', async () => {
    const roster = await withAccounts('a');
    const { id } = await takeOne(roster);
    const again = async (): Promise<LeaseRef> => {
      return refOf(await roster.pool.leaseOne(id, { holder: 'task/1', ttlMs: MINUTE, from: ['ready', 'failed'] }));
    };
    await roster.pool.finish(await again(), { kind: 'tried' });
    await roster.pool.finish(await again(), { kind: 'failed', change: { status: 'banned', why: 'closed' } });
    expect(await roster.accounts.get(id)).toMatchObject({ state: 'failed', status: 'banned', why: 'closed', tries: 2, uses: 2 });
    await roster.pool.finish(await again(), { kind: 'used', change: { status: 'active' } });
    expect(await roster.accounts.get(id)).toMatchObject({ state: 'ready', status: 'active', why: null, tries: 0, uses: 3 });
  });

  it('brings a resting account back to the moment, at the end of the circle, with the word for ready', async () => {
    const roster = await withAccounts('abc');
    await roster.pool.start();
    const a = await takeOne(roster);
    await roster.pool.finish(refOf(a), { kind: 'rest', until: roster.clock.now() + 60 * MINUTE, change: { status: 'limited' } });
    const b = await takeOne(roster, { ttlMs: 60 * MINUTE });
    await roster.clock.advance(30 * MINUTE);
    await roster.pool.finish(refOf(b), { kind: 'used' });
    await roster.clock.advance(30 * MINUTE - 1);
    expect(await roster.accounts.get(a.id)).toMatchObject({ state: 'cooling', status: 'limited' });
    await roster.clock.advance(1);
    expect(await roster.accounts.get(a.id)).toMatchObject({ state: 'ready', status: 'active', dueAt: null });
    expect(labels(await take(roster, { count: 3 }))).toEqual(['c', 'b', 'a']);
    await roster.pool.stop();
  });

  it('is woken before the next lease, also when no timer runs', async () => {
    const roster = await withAccounts('a');
    await roster.pool.finish(refOf(await takeOne(roster)), { kind: 'rest', until: roster.clock.now() + MINUTE });
    expect(await take(roster)).toEqual([]);
    expect(await roster.pool.supply({ plugin: 'test' })).toEqual({ ready: 0, nextReadyAt: roster.clock.now() + MINUTE });
    await roster.clock.advance(MINUTE);
    expect(labels(await take(roster))).toEqual(['a']);
  });

  it('wakes what an operation rests that was committed by somebody else', async () => {
    const roster = await withAccounts('ab');
    await roster.pool.start();
    const lease = refOf(await takeOne(roster));
    const operation = roster.pool.finishing(lease, { kind: 'rest', until: roster.clock.now() + MINUTE });
    await roster.pool.wake();
    await roster.store.commit([operation]);
    await roster.clock.advance(MINUTE);
    expect(await roster.accounts.get(lease.id)).toMatchObject({ state: 'ready' });
    await roster.pool.stop();
  });

  it('rests 400 days at most, and never in the past', async () => {
    const roster = await withAccounts('ab');
    const now = roster.clock.now();
    const a = await takeOne(roster);
    await roster.pool.finish(refOf(a), { kind: 'rest', until: Number.POSITIVE_INFINITY });
    expect(await roster.accounts.get(a.id)).toMatchObject({ state: 'cooling', dueAt: now + MAX_COOLDOWN_MS });
    const b = await takeOne(roster);
    await roster.pool.finish(refOf(b), { kind: 'rest', until: now - MINUTE });
    expect(await roster.accounts.get(b.id)).toMatchObject({ dueAt: now });
    expect(labels(await take(roster))).toEqual(['b']);
    await expect(
      roster.pool.finish(refOf((await roster.pool.held('task/1'))[0] as AccountRecord), { kind: 'rest', until: Number.NaN }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('wakes thousands in batches', async () => {
    const roster = await openRoster();
    for (let at = 0; at < 1_300; at += 1) await roster.accounts.add('test', { username: `u${at}`, password: 'x' }, 'local');
    await roster.pool.start();
    expect(await take(roster, { count: 2_000, ttlMs: MINUTE })).toHaveLength(1_300);
    await roster.clock.advance(MINUTE);
    expect(await roster.pool.supply({ plugin: 'test' })).toEqual({ ready: 1_300, nextReadyAt: null });
    await roster.pool.stop();
  });
});

describe('what an operator asked for while an account was leased', () => {
  it.each(['used', 'tried', 'unused', 'failed'] as const)('applies when the lease ends: %s', async (kind) => {
    const roster = await withAccounts('a');
    const lease = await takeOne(roster);
    expect(await roster.accounts.setState({ ids: [lease.id] }, 'paused', 'local')).toBe(1);
    expect(await roster.accounts.get(lease.id)).toMatchObject({ state: 'busy', pending: 'paused' });
    await roster.pool.finish(refOf(lease), { kind });
    expect(await roster.accounts.get(lease.id)).toMatchObject({ state: 'paused', pending: null, lease: null, dueAt: null });
  });

  it('applies when the lease expires, and after a restart', async () => {
    const first = await withAccounts('a');
    const lease = await takeOne(first);
    await first.accounts.setState({ plugin: 'test' }, 'retired', 'local');
    const second = await openRoster({ store: first.store, clock: first.clock, seed: 2 });
    await second.pool.start();
    await second.pool.finish(refOf(lease), { kind: 'used' });
    expect(await second.accounts.get(lease.id)).toMatchObject({ state: 'retired', pending: null });
    await second.pool.stop();
  });

  it('can be taken back', async () => {
    const roster = await withAccounts('a');
    const lease = await takeOne(roster);
    await roster.accounts.setState({ ids: [lease.id] }, 'paused', 'local');
    expect(await roster.accounts.setState({ ids: [lease.id] }, 'ready', 'local')).toBe(1);
    await roster.pool.finish(refOf(lease), { kind: 'used' });
    expect(await roster.accounts.get(lease.id)).toMatchObject({ state: 'ready' });
  });

  it('does not stick to the next lease', async () => {
    const roster = await withAccounts('a');
    const lease = await takeOne(roster);
    await roster.accounts.setState({ ids: [lease.id] }, 'paused', 'local');
    await roster.pool.finish(refOf(lease), { kind: 'used' });
    await roster.accounts.setState({ ids: [lease.id] }, 'ready', 'local');
    await roster.pool.finish(refOf(await takeOne(roster)), { kind: 'used' });
    expect(await roster.accounts.get(lease.id)).toMatchObject({ state: 'ready' });
  });

  it('leaves a paused account paused after an action that was made for it', async () => {
    const roster = await withAccounts('a');
    await roster.accounts.setState({ plugin: 'test' }, 'paused', 'local');
    const { accounts } = await roster.accounts.list({});
    const { id } = accounts[0] as AccountRecord;
    const lease = await roster.pool.leaseOne(id, { holder: 'task/1', ttlMs: MINUTE, from: ['paused'] });
    await roster.pool.finish(refOf(lease), { kind: 'used' });
    expect(await roster.accounts.get(id)).toMatchObject({ state: 'paused' });
  });
});
