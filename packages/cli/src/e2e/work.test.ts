import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHome, type Home } from './home.ts';

const ROCKETMAP = [
  'ptc,heronmila,Reed4lake',
  'ptc,quillbee07,Brass9door',
  'google,otto.fern@example.test,Pine3cone',
  'ptc,bad one,',
].join('\n');
const SECRETS = ['Reed4lake', 'Brass9door', 'Pine3cone'];

let home: Home;
beforeAll(async () => {
  home = await createHome();
  await writeFile(join(home.folder, 'accounts.csv'), `${ROCKETMAP}\n`);
});
afterAll(() => home[Symbol.asyncDispose]());

test('a dry run shows what would happen and changes nothing', async () => {
  const { code, value } = await home.json('import', 'pokepool', 'accounts.csv', '--level', '30', '--dry-run');
  expect(code).toBe(0);
  expect(value.files).toHaveLength(1);
  expect(value.files[0]).toMatchObject({ file: 'accounts.csv', format: 'rocketmap-3', encoding: 'utf-8', warnings: [] });
  expect(value.files[0].accounts).toHaveLength(3);
  expect(value.files[0].accounts[0]).toMatchObject({ provider: 'ptc', username: 'heronmila', level: 30, email: null });
  expect(value.conflicts).toEqual([]);
  for (const secret of SECRETS) expect(JSON.stringify(value)).not.toContain(secret);
  expect((await home.json('accounts', 'list')).value.total).toBe(0);
});

test('secrets of a dry run are shown only when asked for', async () => {
  const { value } = await home.json('import', 'pokepool', 'accounts.csv', '--dry-run', '--show-secrets');
  expect(value.files[0].accounts.map(({ password }: { password: string }) => password)).toEqual(SECRETS);
});

test('accounts are loaded in the order of the file, and loading them again doubles nothing', async () => {
  const first = await home.json('import', 'pokepool', 'accounts.csv', '--level', '30');
  expect(first.value.outcomes).toEqual({ new: 3 });
  const again = await home.json('import', 'pokepool', 'accounts.csv', '--level', '30');
  expect(again.value.outcomes).toEqual({ unchanged: 3 });
  const { value } = await home.json('accounts', 'list', '--sort', 'order');
  expect(value.accounts.map(({ label }: { label: string }) => label)).toEqual([
    'heronmila',
    'quillbee07',
    'google/otto.fern@example.test',
  ]);
  expect(value.accounts[0].secretFields).toContain('password');
});

test('another password is a conflict that is kept, or replaced when asked', async () => {
  await writeFile(join(home.folder, 'changed.csv'), 'ptc,heronmila,CHANGED7\n');
  expect((await home.json('import', 'pokepool', 'changed.csv')).value.outcomes).toMatchObject({ kept: 1 });
  expect((await home.json('import', 'pokepool', 'changed.csv', '--on-conflict', 'replace')).value.outcomes).toMatchObject({
    replaced: 1,
  });
  const asked = await home.json('import', 'pokepool', 'changed.csv', '--on-conflict', 'ask');
  expect([asked.code, asked.value.error.code]).toEqual([5, 'PROMPT_UNATTENDED']);
});

test('a list in a pipe is lines with tabs, without a header', async () => {
  const { stdout } = await home.run(['accounts', 'list']);
  const lines = stdout.split('\n').slice(0, -1);
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line.split('\t')).toHaveLength(8);
});

test('an allocation is run with its inputs as flags, writes its file where the caller stands, and reports', async () => {
  const { code, value, stderr } = await home.json(
    'run',
    'pokepool.allocate',
    '--min-level',
    '30',
    '--max-level',
    '31',
    '--count',
    '2',
    '--format',
    'monocle',
    '--accountcsv',
    'out.csv',
  );
  expect([code, stderr]).toEqual([0, '']);
  expect(value.job).toMatchObject({
    state: 'done',
    counts: expect.objectContaining({ done: 1 }),
    output: expect.objectContaining({ got: 2 }),
  });
  const text = await readFile(join(home.folder, 'out.csv'), 'utf8');
  expect(text).toContain('heronmila,CHANGED7');
  expect(text.trimEnd().split('\n')).toHaveLength(3);
});

test('when nothing can be had it ends with 4 and says when to come again', async () => {
  const { code, value } = await home.json(
    'run',
    'pokepool.allocate',
    '--min-level',
    '39',
    '--count',
    '1',
    '--accountcsv',
    'none.csv',
  );
  expect(code).toBe(4);
  expect(value.failed).toEqual([expect.objectContaining({ error: expect.objectContaining({ code: 'NOTHING_AVAILABLE' }) })]);
});

test.each([
  [['run', 'pokepool.alocate'], /Did you mean pokepool\.allocate\?/],
  [['run', 'pokepool.allocate', '--cuont', '2'], /unknown option '--cuont'\. Did you mean --count\?/],
  [['run', 'pokepool.allocate', '--count', 'many'], /It takes a whole number/],
  [['run', 'pokepool.allocate', '2'], /inputs are flags/],
  [['run', 'pokepool.check'], /works on accounts/],
  [['import', 'pokepol', 'accounts.csv'], /pokepool/],
  [['import', 'pokepool'], /Name a file/],
  [['accounts', 'list', '--where', 'level>>3'], /./],
])('%j is wrong use', async (args, expected) => {
  const { code, stdout, stderr } = await home.run(args);
  expect([code === 1 || code === 2, stdout]).toEqual([true, '']);
  expect(stderr).toMatch(expected);
});

test('a file that is not there is named before anything is sent', async () => {
  const { code, stderr } = await home.run(['import', 'pokepool', 'accounts.csv', 'none.csv']);
  expect([code, stderr]).toEqual([1, 'muster: none.csv cannot be read: there is no such file.\n']);
});

test('--help of an action shows its inputs', async () => {
  const { code, stdout } = await home.run(['run', 'pokepool.allocate', '--help']);
  expect(code).toBe(0);
  for (const flag of ['--count', '--min-level', '--accountcsv', '--concurrency']) expect(stdout).toContain(flag);
});

test('the log tells what was done, and no secret', async () => {
  const { stdout } = await home.run(['events', '--no-follow', '--json']);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });
  expect(events.length).toBeGreaterThan(3);
  for (const secret of [...SECRETS, 'CHANGED7']) expect(stdout).not.toContain(secret);
});

test('every secret in the store opens, and a copy is made while the host works', async () => {
  expect((await home.json('store', 'check')).value).toMatchObject({ problems: [] });
  const { code, value } = await home.json('store', 'backup', 'copy');
  expect([code, value.bytes > 0]).toEqual([0, true]);
});

test('accounts are disabled, enabled and removed, never without saying which', async () => {
  expect((await home.json('accounts', 'disable', '--account', 'quillbee07')).value).toEqual({ done: 1 });
  expect((await home.json('accounts', 'list', '--where', 'state:paused')).value.total).toBe(1);
  expect((await home.json('accounts', 'enable', '--where', 'state:paused')).value).toEqual({ done: 1 });
  expect((await home.json('accounts', 'remove')).code).toBe(2);
  expect((await home.json('accounts', 'remove', '--all')).value.error.message).toContain('--yes');
});

test('a secret is taken from stdin, never from the command line', async () => {
  const open = await home.run([
    'accounts',
    'add',
    'pokepool',
    'provider=ptc',
    'username=wrenlow22',
    'password=Coal5barn',
    '--json',
  ]);
  expect([open.code, open.stdout]).toEqual([2, expect.stringContaining('is secret')]);
  const added = await home.run(
    ['accounts', 'add', 'pokepool', 'provider=ptc', 'username=wrenlow22', 'level=12', '--secrets-stdin', '--json'],
    '{"password":"Coal5barn"}',
  );
  expect(JSON.parse(added.stdout)).toMatchObject({
    account: { label: 'wrenlow22', data: { level: 12 }, secretFields: ['password'] },
  });
  expect(added.stdout).not.toContain('Coal5barn');
});

test('status says what runs, stop ends it, and both say so when there is nothing', async () => {
  expect((await home.json('status')).value).toMatchObject({ running: true, vault: { state: 'open' } });
  expect((await home.json('stop')).value).toMatchObject({ stopped: true });
  expect(await home.json('status')).toMatchObject({ code: 1, value: { running: false } });
  expect(await home.json('stop')).toMatchObject({ code: 0, value: { stopped: false } });
});

test('a stopped store is moved to sqlite and back, and nothing is lost', async () => {
  const { value: before } = await home.json('accounts', 'list');
  const refused = await home.json('store', 'move', 'sqlite');
  expect([refused.code, refused.value.error.code]).toEqual([1, 'HOST_RUNS']);
  await home.run(['stop']);
  expect((await home.json('store', 'move', 'sqlite')).value).toMatchObject({ store: 'sqlite' });
  expect((await home.json('status', '--standalone')).value).toMatchObject({ store: { kind: 'sqlite' } });
  expect((await home.json('accounts', 'list')).value).toEqual(before);
  await home.run(['stop']);
  expect((await home.json('store', 'move', 'lowdb')).code).toBe(0);
  expect((await home.json('accounts', 'list')).value).toEqual(before);
});
