import { describe, expect, it } from 'vitest';
import { collect, fileOf, openRoster, type Roster } from '../testing/roster-things.ts';
import type { ImportOptions, ImportProgress } from './accounts.ts';

const options = (lines: readonly string[], more: Partial<ImportOptions> = {}): ImportOptions => ({
  plugin: 'test',
  file: fileOf(lines),
  options: {},
  dryRun: false,
  onConflict: 'keep',
  actor: 'local',
  signal: new AbortController().signal,
  ...more,
});
const load = (roster: Roster, lines: readonly string[], more: Partial<ImportOptions> = {}): Promise<ImportProgress[]> =>
  collect(roster.accounts.import(options(lines, more)));
const outcomes = (progress: readonly ImportProgress[]): string[] =>
  progress.flatMap((each) => (each.kind === 'account' ? each.outcome : each.kind === 'rejected' ? `- ${each.reason}` : []));
const last = (progress: readonly ImportProgress[]): ImportProgress | undefined => progress.at(-1);
const names = async (roster: Roster): Promise<string[]> =>
  (await roster.accounts.list({ limit: 1_000 })).accounts.map(({ label }) => label);

describe('loading a file', () => {
  it('stores its accounts in its order, says what became of each line, and puts it on the record', async () => {
    const roster = await openRoster();
    const progress = await load(roster, ['b,pw1,30', '# note', 'a,pw2', 'c,', 'B,other'], { options: { level: 20 } });
    expect(outcomes(progress)).toEqual(['new', '- a comment', 'new', expect.stringMatching(/^- password: /), 'duplicate']);
    expect(progress[0]).toEqual({ kind: 'file', format: 'test', encoding: 'utf-8' });
    expect(last(progress)).toEqual({ kind: 'counts', read: 4, rejected: 2, outcomes: { new: 2, duplicate: 1 } });
    expect(await names(roster)).toEqual(['b', 'a']);
    expect((await roster.accounts.list({})).accounts.map(({ rank }) => rank)).toEqual([30, 20]);
    expect(JSON.stringify(progress)).not.toContain('pw1');
    expect(roster.events.all.at(-1)).toMatchObject({
      level: 'audit',
      type: 'accounts.imported',
      actor: 'local',
      fields: { read: 4, new: 2 },
    });
  });

  it('is the same whether the bytes come one by one or at once', async () => {
    const lines = ['é,pw1,30,x@example.org', '漢字,pw2', '😀,pw3'];
    const roster = await openRoster();
    await load(roster, lines, { file: fileOf(lines, 1) });
    expect(await names(roster)).toEqual(['é', '漢字', '😀']);
  });

  it('changes nothing when it is loaded again', async () => {
    const roster = await openRoster();
    await load(roster, ['a,pw', 'b,pw,30']);
    const before = (await roster.accounts.list({})).accounts;
    expect(outcomes(await load(roster, ['a,pw', 'b,pw,30']))).toEqual(['unchanged', 'unchanged']);
    expect((await roster.accounts.list({})).accounts).toEqual(before);
  });

  it('lets known accounts learn, but never lose a level, a field or their place', async () => {
    const roster = await openRoster();
    await load(roster, ['a,pw,30,a@example.org', 'b,pw,30']);
    const progress = await load(roster, ['B,,40,b@example.org', 'a,,10']);
    expect(outcomes(progress)).toEqual(['updated', 'unchanged']);
    const { accounts } = await roster.accounts.list({});
    expect(accounts.map(({ label, rank, data }) => [label, rank, data['email']])).toEqual([
      ['a', 30, 'a@example.org'],
      ['b', 40, 'b@example.org'],
    ]);
  });

  it.each([
    ['keep', 'kept', 'old'],
    ['ask', 'conflict', 'old'],
    ['replace', 'replaced', 'new'],
  ] as const)('meets another secret and does as told: %s', async (onConflict, outcome, secret) => {
    const roster = await openRoster();
    await load(roster, ['a,old,10']);
    expect(outcomes(await load(roster, ['a,new,20'], { onConflict }))).toEqual([outcome]);
    const { id, rank } = await roster.accounts.find('a');
    expect(rank).toBe(20);
    expect(await roster.accounts.reveal(id, 'password', 'local')).toBe(secret);
  });

  it('refuses a line whose second identity is another account’s, in the store or in the file', async () => {
    const roster = await openRoster();
    const known = await roster.accounts.add('test', { username: 'k', password: 'x', email: 'k@x' }, 'local');
    const lines = ['a,pw,,K@X', 'b,pw,,b@x', 'c,pw,,B@x'];
    for (const dryRun of [true, false]) {
      const said = outcomes(await load(roster, lines, { dryRun }));
      expect(said[0]).toBe(`- email: account "k" (${known.id}) has it already`);
      expect(said[1]).toBe('new');
      // Nobody is stored in a dry run, so no id of somebody is told.
      expect(said[2]).toMatch(dryRun ? /^- email: line 2 \(b\) has it already$/ : /^- email: account "b" .* has it already$/);
    }
    expect(await names(roster)).toEqual(['k', 'b']);
  });

  it('shows in a dry run all that it would do, and does nothing', async () => {
    const roster = await openRoster();
    await load(roster, ['a,old']);
    const before = await roster.store.list('accounts');
    const progress = await load(roster, ['a,new', 'b,pw,7', 'b,again'], { dryRun: true });
    expect(outcomes(progress)).toEqual(['kept', 'new', 'duplicate']);
    expect(progress.find((each) => each.kind === 'account' && each.line === 2)).toMatchObject({
      data: { provider: 'ptc', username: 'b', password: 'pw', level: 7 },
    });
    expect(await roster.store.list('accounts')).toEqual(before);
    expect(roster.events.all.filter(({ type }) => type === 'accounts.imported')).toHaveLength(1);
  });

  it('knows duplicates across batches, in a dry run too', async () => {
    const lines = [...Array.from({ length: 2_500 }, (_, at) => `u${at},pw,,e${at}`), 'U3,pw', 'v,pw,,E3'];
    for (const dryRun of [true, false]) {
      const roster = await openRoster();
      const progress = await load(roster, lines, { dryRun });
      expect(last(progress)).toMatchObject({ read: 2_502, rejected: 1, outcomes: { new: 2_500, duplicate: 1 } });
    }
  });

  it('refuses before it reads: a locked vault, options that do not fit, a plugin there is not', async () => {
    const roster = await openRoster();
    let read = false;
    const file = {
      name: 'x',
      bytes: (async function* bytes() {
        read = true;
        yield new Uint8Array();
      })(),
    };
    await expect(load(roster, [], { file, options: { level: 'x' } })).rejects.toThrow(/^level: /);
    await expect(load(roster, [], { file, plugin: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    roster.vault.lock();
    await expect(load(roster, [], { file })).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
    await expect(load(roster, [], { file, dryRun: true })).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
    expect(read).toBe(false);
  });

  it('stops at a signal between batches, and keeps what it has said', async () => {
    const roster = await openRoster();
    const stop = new AbortController();
    const said: string[] = [];
    const lines = Array.from({ length: 5_000 }, (_, at) => `u${at},pw`);
    const loading = (async () => {
      for await (const each of roster.accounts.import(options(lines, { signal: stop.signal }))) {
        if (each.kind === 'account') said.push(each.label);
        if (each.kind === 'counts') stop.abort();
      }
    })();
    await expect(loading).rejects.toMatchObject({ code: 'ABORTED' });
    expect(said.length).toBeGreaterThan(0);
    expect(said.length).toBeLessThan(5_000);
    expect(await names(roster)).toEqual(said.slice(0, 1_000));
    expect(await roster.accounts.count({})).toBe(said.length);
    expect(roster.events.all.at(-1)).toMatchObject({ type: 'accounts.imported', fields: { new: said.length } });
  });

  it('stops at a signal also while the file gives no bytes', async () => {
    const roster = await openRoster();
    const stop = new AbortController();
    const file = { name: 'pipe', bytes: { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) } };
    const loading = load(roster, [], { file, signal: stop.signal });
    setImmediate(() => stop.abort());
    await expect(loading).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('ends the reading when nobody listens any more', async () => {
    const roster = await openRoster();
    let ended = false;
    const bytes = (async function* endless() {
      try {
        for (let at = 0; ; at += 1) yield Buffer.from(`u${at},pw\n`);
      } finally {
        ended = true;
      }
    })();
    let told = 0;
    for await (const each of roster.accounts.import(options([], { file: { name: 'endless', bytes } }))) {
      if (each.kind !== 'counts') continue;
      told = each.outcomes.new ?? 0;
      break;
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(true);
    expect(told).toBeGreaterThan(100);
    expect(await roster.accounts.count({})).toBe(told);
  });

  it('goes on when accounts change under it', async () => {
    const roster = await openRoster();
    await load(
      roster,
      Array.from({ length: 1_000 }, (_, at) => `u${at},pw,1`),
    );
    const { id } = await roster.accounts.find('u500');
    const others = ['v1', 'v2', 'v3'].map((username) => roster.accounts.add('test', { username, password: 'x' }, 'local'));
    const edits = Array.from({ length: 5 }, (_, at) => roster.accounts.edit(id, { data: { note: `n${at}` } }, 'local'));
    const lines = [...Array.from({ length: 1_000 }, (_, at) => `u${at},pw,2`), 'v1,x', 'v2,x', 'v3,x'];
    const [progress] = await Promise.all([load(roster, lines), ...others, ...edits]);
    expect(last(progress)).toMatchObject({ read: 1_003, rejected: 0, outcomes: { updated: 1_000 } });
    expect(await roster.accounts.get(id)).toMatchObject({ rank: 2, data: { note: expect.stringMatching(/^n/) as string } });
  });
});
