import { describe, expect, it } from 'vitest';
import { collect, openRoster, type Roster } from '../testing/roster-things.ts';
import type { AccountRecord } from './account-record.ts';

const account = (username: string, more: Record<string, unknown> = {}): Record<string, unknown> => {
  return { username, password: `pw-${username}`, ...more };
};
const add = (roster: Roster, username: string, more: Record<string, unknown> = {}): Promise<AccountRecord> =>
  roster.accounts.add('test', account(username, more), 'local');
const labels = (records: readonly AccountRecord[]): string[] => records.map(({ label }) => label);

describe('adding', () => {
  it('keeps plain fields in the open and secret ones sealed', async () => {
    const roster = await openRoster();
    const record = await add(roster, 'Misty', { level: 12, note: 'water' });
    expect(record.data).toEqual({ provider: 'ptc', username: 'Misty', level: 12, note: 'water' });
    expect(record).toMatchObject({ label: 'Misty', rank: 12, state: 'ready', uses: 0, fence: 0, status: null });
    expect(Object.keys(record.secrets)).toEqual(['password']);
    expect(JSON.stringify(record)).not.toContain('pw-Misty');
    expect(await roster.accounts.reveal(record.id, 'password', 'local')).toBe('pw-Misty');
    expect(await roster.accounts.get(record.id)).toEqual(record);
  });

  it('names every field that does not fit', async () => {
    const roster = await openRoster();
    const adding = roster.accounts.add('test', { username: '', level: 'high' }, 'local');
    await expect(adding).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(adding).rejects.toThrow(/username: .*password: .*level: /);
    await expect(roster.accounts.add('none', {}, 'local')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(add(roster, '   ')).rejects.toThrow(/username: .*cannot be empty/);
  });

  it('refuses an account that is there already, in whatever spelling, and says which', async () => {
    const roster = await openRoster();
    const first = await add(roster, 'Ren\u00e9', { email: 'r@example.org' });
    const again = add(roster, ' rene\u0301 ');
    await expect(again).rejects.toMatchObject({ code: 'CONFLICT', details: { fields: ['provider', 'username'], id: first.id } });
    await expect(again).rejects.toThrow(`account "René" (${first.id}) has it already`);
    await expect(add(roster, 'other', { email: 'R@EXAMPLE.org' })).rejects.toMatchObject({
      details: { fields: ['email'], id: first.id },
    });
    await add(roster, 'René', { provider: 'google' });
    expect(await roster.accounts.count({})).toBe(2);
  });

  it('lets exactly one of many at once add an account', async () => {
    const roster = await openRoster();
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => add(roster, 'ash')));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reasons = all.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(reasons).toEqual(Array.from({ length: 19 }, () => expect.objectContaining({ code: 'CONFLICT' }) as unknown));
  });

  it('takes hostile names as data', async () => {
    const roster = await openRoster();
    const names = [
      '__proto__',
      'constructor',
      'x'.repeat(10_000),
      '\u001b[2J',
      'a\u001fb',
      '\u202eevil',
      '=1+1',
      '\u0000',
      '\ud800',
    ];
    for (const name of names) await add(roster, name);
    const { accounts } = await roster.accounts.list({ limit: 100 });
    expect(accounts.map(({ data }) => data['username'])).toEqual(names);
    const raw = JSON.parse('{"username":"p","password":"x","__proto__":{"level":99},"note":"n"}') as Record<string, unknown>;
    expect((await roster.accounts.add('test', raw, 'local')).rank).toBe(0);
    await expect(add(roster, 'ab', { provider: 'nobody' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('does not take parts that were put together differently for the same identity', async () => {
    const roster = await openRoster();
    await add(roster, 'a\u001f', { email: 'x' });
    await add(roster, 'a', { email: 'y' });
    await add(roster, 'a\u001e1');
    expect(await roster.accounts.count({})).toBe(3);
  });

  it('adds many at once, tags them, and leaves known ones as they are', async () => {
    const roster = await openRoster();
    await add(roster, 'u7', { level: 3 });
    const rows = Array.from({ length: 2_500 }, (_, at) => account(`u${at}`, { level: 40 }));
    expect(await roster.accounts.addAll('test', rows, { actor: 'local', tags: ['demo'] })).toBe(2_499);
    expect(await roster.accounts.count({ where: 'tag:demo' })).toBe(2_499);
    expect(await roster.accounts.find('u7')).toMatchObject({ rank: 3, tags: [] });
    await expect(roster.accounts.addAll('test', [account('new'), {}], { actor: 'local' })).rejects.toThrow(/^Account 2: /);
  });
});

describe('finding and listing', () => {
  it('finds by id, or by a name that is not shared', async () => {
    const roster = await openRoster();
    const { id } = await add(roster, 'ash');
    expect((await roster.accounts.find(id)).label).toBe('ash');
    expect((await roster.accounts.find('ash')).id).toBe(id);
    await add(roster, 'ash', { provider: 'google' });
    await expect(roster.accounts.find('ash')).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(roster.accounts.find('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(roster.accounts.get('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('gives windows, filtered and sorted, with the total', async () => {
    const roster = await openRoster();
    for (const [at, name] of 'edcba'.split('').entries()) await add(roster, name, { level: at });
    expect(labels((await roster.accounts.list({})).accounts)).toEqual('edcba'.split(''));
    const window = await roster.accounts.list({ plugin: 'test', where: 'level>=1', sort: { by: 'name' }, offset: 1, limit: 2 });
    expect([window.total, labels(window.accounts)]).toEqual([4, ['b', 'c']]);
    const byLevel = await roster.accounts.list({ plugin: 'test', sort: { by: 'level', descending: true }, limit: 1 });
    expect(labels(byLevel.accounts)).toEqual(['a']);
    expect(labels((await roster.accounts.list({ plugin: 'test', sort: { by: 'username' } })).accounts)).toEqual(
      'abcde'.split(''),
    );
    await expect(roster.accounts.list({ plugin: 'test', sort: { by: 'password' } })).rejects.toMatchObject({
      code: 'BAD_FILTER',
    });
    await expect(roster.accounts.list({ plugin: 'test', where: 'password:x' })).rejects.toMatchObject({ code: 'BAD_FILTER' });
    expect((await roster.accounts.list({ plugin: 'other' })).total).toBe(0);
    expect(await roster.accounts.tally()).toEqual([{ key: ['test', 'ready'], count: 5 }]);
  });

  it('goes through every account of a selection once, also while accounts move in the circle', async () => {
    const roster = await openRoster();
    await roster.accounts.addAll(
      'test',
      Array.from({ length: 2_500 }, (_, at) => account(`u${at}`)),
      { actor: 'local' },
    );
    const met: string[] = [];
    for await (const page of roster.accounts.ids({ plugin: 'test' })) {
      met.push(...page);
      const leased = await roster.pool.lease({ plugin: 'test', count: 100, holder: 'task/1', ttlMs: 1_000, strategy: 'random' });
      const leases = leased.map(({ id, fence }) => ({ id, fence, holder: 'task/1' }));
      await roster.pool.handOut(leases, { holder: 'owner/x', until: null });
    }
    expect(met.length).toBe(2_500);
    expect(new Set(met).size).toBe(2_500);
  });

  it('gives chosen ids in the order in which they were chosen', async () => {
    const roster = await openRoster();
    const ids = [];
    for (const name of 'abc') ids.unshift((await add(roster, name)).id);
    const pages = await collect(roster.accounts.ids({ ids: [...ids, 'nobody', ids[0] as string] }));
    expect(pages).toEqual([ids]);
  });
});

describe('editing', () => {
  it('changes plain and secret fields, and all that follows from them', async () => {
    const roster = await openRoster();
    const { id, updatedAt } = await add(roster, 'ash', { level: 3, note: 'x' });
    const data = { username: 'Ash2', level: 9, password: 'new', note: null };
    const edited = await roster.accounts.edit(id, { data, tags: ['vip', ' vip ', ''], priority: 2 }, 'local');
    expect(edited).toMatchObject({ label: 'Ash2', rank: 9, tags: ['vip'], priority: 2 });
    expect(edited.data).toEqual({ provider: 'ptc', username: 'Ash2', level: 9 });
    expect(edited.updatedAt).toBeGreaterThan(updatedAt);
    expect(await roster.accounts.reveal(id, 'password', 'local')).toBe('new');
    await add(roster, 'ash');
    await expect(roster.accounts.edit(id, { data: { username: 'ASH' } }, 'local')).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('refuses what does not fit, by name', async () => {
    const roster = await openRoster();
    const { id } = await add(roster, 'ash');
    const edit = (data: Record<string, unknown>): Promise<AccountRecord> => roster.accounts.edit(id, { data }, 'local');
    await expect(edit({ level: 'x' })).rejects.toThrow(/^level: /);
    await expect(edit({ username: null })).rejects.toThrow(/^username: /);
    await expect(edit({ nothing: 1 })).rejects.toThrow(/no such field/);
    await expect(edit(JSON.parse('{"__proto__": 1}') as Record<string, unknown>)).rejects.toThrow(/no such field/);
    await expect(roster.accounts.edit('nobody', {}, 'local')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('loses no edit of many at once', async () => {
    const roster = await openRoster();
    const { id } = await add(roster, 'ash');
    await Promise.all([
      roster.accounts.edit(id, { data: { level: 5 } }, 'local'),
      roster.accounts.edit(id, { data: { note: 'n' } }, 'local'),
      roster.accounts.edit(id, { tags: ['t'] }, 'local'),
      roster.accounts.edit(id, { data: { password: 'p2' } }, 'local'),
    ]);
    expect(await roster.accounts.get(id)).toMatchObject({ rank: 5, data: { note: 'n' }, tags: ['t'] });
    expect(await roster.accounts.reveal(id, 'password', 'local')).toBe('p2');
  });

  it('does not disturb a lease', async () => {
    const roster = await openRoster();
    await add(roster, 'ash');
    const [leased] = await roster.pool.lease({ plugin: 'test', count: 1, holder: 'task/1', ttlMs: 1_000 });
    const { id, fence } = leased as AccountRecord;
    await roster.accounts.edit(id, { data: { note: 'n' } }, 'local');
    await roster.pool.finish({ id, fence, holder: 'task/1' }, { kind: 'used' });
    expect(await roster.accounts.get(id)).toMatchObject({ state: 'ready', uses: 1, data: { note: 'n' } });
  });
});

describe('selections', () => {
  it('are set to a state, and counted', async () => {
    const roster = await openRoster();
    for (const name of 'abc') await add(roster, name, { level: name === 'a' ? 1 : 30 });
    expect(await roster.accounts.setState({ plugin: 'test', where: 'level>=30' }, 'paused', 'local')).toBe(2);
    expect(await roster.accounts.setState({ plugin: 'test' }, 'paused', 'local')).toBe(1);
    expect(await roster.accounts.tally()).toEqual([{ key: ['test', 'paused'], count: 3 }]);
    expect(await roster.pool.lease({ plugin: 'test', count: 1, holder: 'h', ttlMs: 1 })).toEqual([]);
    expect(await roster.accounts.setState({}, 'ready', 'local')).toBe(3);
    expect(roster.events.all.at(-1)).toMatchObject({
      level: 'audit',
      actor: 'local',
      type: 'accounts.state-set',
      fields: { count: 3 },
    });
  });

  it('are removed, unless one of them is leased', async () => {
    const roster = await openRoster();
    await roster.accounts.addAll(
      'test',
      Array.from({ length: 1_500 }, (_, at) => account(`u${at}`)),
      { actor: 'local' },
    );
    const [leased] = await roster.pool.lease({ plugin: 'test', count: 1, holder: 'task/1', ttlMs: 1_000 });
    await expect(roster.accounts.remove({ plugin: 'test' }, 'local')).rejects.toMatchObject({ code: 'ACCOUNT_BUSY' });
    expect(await roster.accounts.count({})).toBe(1_500);
    const { id, fence } = leased as AccountRecord;
    await roster.pool.giveBack([{ id, fence, holder: 'task/1' }]);
    expect(await roster.accounts.remove({ plugin: 'test', where: 'label:u1' }, 'local')).toBe(611);
    expect(await roster.accounts.remove({}, 'local')).toBe(889);
    expect(await roster.accounts.remove({}, 'local')).toBe(0);
    await expect(roster.accounts.remove({ where: '(' }, 'local')).rejects.toMatchObject({ code: 'BAD_FILTER' });
  });
});

describe('secrets', () => {
  it('are shown to a person only on the record, and masked from then on', async () => {
    const roster = await openRoster();
    const { id } = await add(roster, 'ash');
    await roster.accounts.reveal(id, 'password', 'token:ci');
    expect(roster.events.all.at(-1)).toMatchObject({
      level: 'audit',
      type: 'secret.revealed',
      actor: 'token:ci',
      account: id,
      fields: { field: 'password' },
    });
    expect(JSON.stringify(roster.events.all)).not.toContain('pw-ash');
    expect(roster.revealed).toEqual(['pw-ash']);
    expect(await roster.accounts.reveal(id, 'pin', 'local')).toBeUndefined();
    await expect(roster.accounts.reveal(id, 'username', 'local')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(roster.accounts.reveal(id, '__proto__', 'local')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('go to a task without an event for each', async () => {
    const roster = await openRoster();
    const record = await add(roster, 'ash');
    const before = roster.events.all.length;
    expect(await roster.accounts.secretOf(record, 'password')).toBe('pw-ash');
    expect(await roster.accounts.secretOf(record, '__proto__')).toBeUndefined();
    expect(roster.events.all).toHaveLength(before);
    expect(roster.revealed).toEqual(['pw-ash']);
  });

  it('leave in an export only when asked for, on the record', async () => {
    const roster = await openRoster();
    await add(roster, 'ash', { level: 4 });
    const plain = await collect(roster.accounts.export({ plugin: 'test' }, { withSecrets: false, actor: 'local' }));
    const facts = { id: expect.any(String) as string, state: 'ready', tags: [], priority: 1, uses: 0, usedAt: 0, dueAt: null };
    const data = { provider: 'ptc', username: 'ash', level: 4 };
    expect(plain).toEqual([{ label: 'ash', status: null, data, facts: expect.objectContaining(facts) as object }]);
    const [all] = await collect(roster.accounts.export({ plugin: 'test' }, { withSecrets: true, actor: 'local' }));
    expect(all?.data['password']).toBe('pw-ash');
    expect(roster.events.all.slice(-2).map(({ type }) => type)).toEqual(['accounts.exported', 'secrets.exported']);
  });

  it('are sealed anew with a new key, each once, and go on after a stop', async () => {
    const roster = await openRoster();
    await roster.accounts.addAll(
      'test',
      Array.from({ length: 1_200 }, (_, at) => account(`u${at}`, { pin: '1' })),
      { actor: 'local' },
    );
    await roster.vault.rotate();
    const stop = new AbortController();
    const unsubscribe = roster.store.subscribe(() => stop.abort());
    await expect(roster.accounts.reseal(stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
    unsubscribe();
    const left = await roster.accounts.reseal();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(2_400);
    expect(await roster.accounts.reseal()).toBe(0);
    expect(await roster.accounts.check()).toEqual({ secrets: 2_400, problems: [] });
  });

  it('that do not open are reported, and stop no other', async () => {
    const roster = await openRoster();
    const [a, b] = [await add(roster, 'a'), await add(roster, 'b')];
    await roster.store.commit([{ update: 'accounts', id: a.id, patch: { set: { secrets: b.secrets } } }]);
    const { problems } = await roster.accounts.check();
    expect(problems).toEqual([expect.stringContaining(`account "a" (${a.id}), password`)]);
    await roster.vault.rotate();
    await expect(roster.accounts.reseal()).rejects.toMatchObject({ code: 'VAULT_TAMPERED', details: { resealed: 1 } });
    await expect(roster.accounts.reveal(a.id, 'password', 'local')).rejects.toMatchObject({ code: 'VAULT_TAMPERED' });
    expect(await roster.accounts.reveal(b.id, 'password', 'local')).toBe('pw-b');
  });
});
