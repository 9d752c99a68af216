import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFakeHost } from './fake-client.ts';
import { fakeJob } from './fake-jobs.ts';
import { fakeAccount } from './fake-roster.ts';
import { openConsole } from './open-console.ts';
import { NOW } from './now.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const GUARD_MS = 260;

test('every key that arrives in one read moves the pointer', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.see('user-00000');
  await console.send('jjjjj');
  await console.see(/❯ +user-00005/);
  await console.send('j'.repeat(5_000));
  await console.see(/❯ +user-05005/);
  await console.send('g', '\u001b[B\u001b[B\u001b[A');
  await console.see(/❯ +user-00001/);
});

test('keys typed ahead reach the screen they were meant for', async () => {
  await using console = await openConsole();
  await console.send('2jjj/user-0001\r');
  await console.see(/10 · user-0001/);
});

test('the host is asked for what is shown and a page around it, at any size of the roster', async () => {
  await using console = await openConsole({ screen: 'accounts', host: createFakeHost({ accounts: 100_000 }) });
  await console.see('user-00000');
  await console.send('G');
  await console.see(/❯ +user-99999/);
  const windows = console.host.calls.filter(({ operation }) => operation === 'listAccounts');
  expect(windows.every(({ args }) => Number(args.query?.['limit']) <= 100)).toBe(true);
  expect(windows.length).toBeLessThan(8);
});

test('a filter the host refuses is shown with its words, under the place they are about', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.send('/user (state:failed\r');
  const screen = await console.see('is never closed');
  const lines = screen.split('\n');
  const typed = lines.find((line) => line.startsWith('│ / ')) ?? '';
  const arrow = lines.find((line) => /^│ +↑/.test(line)) ?? '';
  expect(arrow.indexOf('↑')).toBe(typed.indexOf('('));
  await console.send('\u001b');
  await console.see(/1 of 10 000/);
});

test('marks are counted, a range is marked whole, and all that a filter finds is never listed', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.see('user-00000');
  await console.send('  ');
  await console.see('2 marked');
  await console.send('u', 'g', 'vjjjv');
  await console.see('4 marked');
  await console.send('u', '/state:failed\r');
  await console.see(/1 of 1 000/);
  await console.send('a');
  await console.see('1 000 marked (all that the filter finds)');
});

test('the action menu says how many can and why not the others, and starts a job from a form', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.see('user-00000');
  await console.send('vjjjv');
  await console.see('4 marked');
  await console.send('x');
  await console.see('3 can, 1 can not');
  await pause(GUARD_MS);
  await console.send('j');
  await console.see('they hold nothing');
  await console.send('k', '\r');
  await console.see('tries per account');
  await console.send('\r', '\r');
  await console.see('needed');
  await console.send('99\r', '\r');
  await console.see('at most 9');
  await console.send('\u007f\r\r');
  await console.see(/❯ jobs ❯/);
  const run = console.host.calls.find(({ operation }) => operation === 'runAction');
  expect(run?.args.body).toMatchObject({ input: { attempts: 9, deep: false }, selection: { ids: ['a0', 'a1', 'a2', 'a3'] } });
});

test('a dialog ignores the keys of its first 250 ms, and Enter alone deletes nothing', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.see('user-00000');
  await console.send('D1\r\r\r');
  await console.see('type how many');
  expect(console.host.roster.accounts).toHaveLength(10_000);
  await pause(GUARD_MS);
  await console.send('\r', 'D', '2\r');
  expect(console.host.roster.accounts).toHaveLength(10_000);
  await console.send('\u0015', '1\r');
  await console.see('1 account deleted');
  expect(console.host.roster.accounts).toHaveLength(9_999);
});

test('a secret is shown when asked for, and hidden when the pointer moves on', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.see('••••••••');
  expect(console.terminal.raw).not.toContain('hunter2');
  await console.send('S');
  await console.see('hunter2-sealed');
  await console.send('j');
  await console.miss('hunter2-sealed');
});

test('an empty roster greets, and d fills it', async () => {
  await using console = await openConsole({ screen: 'accounts', host: createFakeHost() });
  await console.see('No accounts yet');
  await console.send('d');
  await console.see('40 made-up accounts');
});

test('what the host refuses in a form is shown at its field, and the form stays', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.send('n', 'taken\r\r\r');
  await console.see('there is an account');
  await console.send('\u001b');
  await console.miss('New account');
});

test('an import shows what it would do, and does it after a key of its own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-import-'));
  const file = join(folder, 'accounts.csv');
  await writeFile(file, 'ptc,ann,pw\nbroken\nptc,bob,pw\n');
  await using console = await openConsole({ screen: 'accounts' });
  await console.send('I', '/no/such/file\r\r');
  await console.see('there is no file');
  await console.send('\u0015', `${file}\r\r`);
  expect(await console.see('nothing is changed yet')).toContain('3 read · 2 added · 1 rejected');
  await pause(GUARD_MS);
  await console.send('\r');
  const imports = (): unknown[] =>
    console.host.calls.filter(({ operation }) => operation === 'importAccounts').map(({ args }) => args.query?.['dryRun']);
  expect(imports()).toEqual(['true']);
  await console.send('y');
  await console.see('imported accounts.csv');
  expect(imports()).toEqual(['true', 'false']);
  await rm(folder, { recursive: true });
});

test('an action that cannot be undone asks for a number after its form', async () => {
  const host = createFakeHost({ accounts: 10 });
  host.plugins = host.plugins.map((plugin) =>
    Object.assign({}, plugin, { actions: plugin.actions.map((action) => Object.assign({}, action, { dangerous: true })) }),
  );
  await using console = await openConsole({ host });
  await console.send('x');
  await console.see('Check: all accounts');
  await pause(GUARD_MS);
  await console.send('\r', '3\r\r');
  await console.see('type how many');
  await pause(GUARD_MS);
  await console.send('\r');
  expect(host.calls.some(({ operation }) => operation === 'runAction')).toBe(false);
  await console.send('10\r');
  await console.see(/❯ jobs ❯/);
});

test('a host that goes away is said to be gone, what is shown stays, and its return is noticed', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.see('user-00003');
  console.host.gone = true;
  console.host.drop();
  await console.see('lost the host');
  await console.send('jj');
  await console.see(/❯ +user-00002/);
  console.host.roster.accounts[2] = fakeAccount(2, { label: 'came-back' });
  console.host.gone = false;
  await console.miss('lost the host');
  await console.see('came-back');
});

test('a job is watched live, and slots and pause reach the host', async () => {
  const host = createFakeHost({ accounts: 100 });
  host.jobs = [fakeJob()];
  await using console = await openConsole({ screen: 'jobs', host });
  await console.see('55/100');
  await console.send('\r');
  await console.see('logging in');
  const changed = fakeJob({ running: fakeJob().running.map((task) => Object.assign({}, task, { done: 3, note: 'reading' })) });
  host.jobs = [changed];
  host.say({ kind: 'job', job: changed });
  await console.see('reading');
  await console.send('+');
  await console.see('6 tasks at once');
  await console.send('p');
  await console.see('paused');
});

test('after midnight the log has the date of what was yesterday', async () => {
  let now = new Date(2026, 10, 21, 23, 59, 50).getTime();
  await using console = await openConsole({ screen: 'logs', now: () => now });
  console.host.say({ kind: 'event', event: { seq: 1, at: now, level: 'info', type: 'task.done', message: 'late work' } });
  await console.see(/23:59:50\.000 +info +task +late work/);
  now += 60_000;
  await console.see(/11-21 23:59 +info +task +late work/);
  await console.send('1');
  await console.see(/11-21 23:59 +info +task +late work/);
});

test('the log follows until it is frozen, and finds words', async () => {
  await using console = await openConsole({ screen: 'logs' });
  const say = (seq: number, message: string): void =>
    console.host.say({ kind: 'event', event: { seq, at: 0, level: 'info', type: 'task.done', message } });
  say(1, 'first line');
  await console.see('first line');
  await console.send('f');
  say(2, 'second line');
  await pause(600);
  expect(await console.see('frozen')).not.toContain('second line');
  await console.send('f');
  await console.see('second line');
  await console.send('/first\r');
  await console.miss('second line');
});

test('a one-time code is typed into the question it belongs to', async () => {
  const host = createFakeHost({ accounts: 3 });
  host.prompts = [
    {
      id: 'p1',
      kind: 'otp',
      title: 'code from the mail',
      plugin: 'demo',
      job: 'j',
      task: 't',
      account: 'a0',
      label: 'user-00000',
      text: null,
      hasImage: false,
      createdAt: NOW,
      expiresAt: NOW + 90_000,
    },
  ];
  await using console = await openConsole({ screen: 'inbox', host });
  await console.see('code from the mail');
  await console.send('\r', '12 34-56', '\r');
  await console.see('answered user-00000');
  expect(host.calls.find(({ operation }) => operation === 'answerPrompt')?.args).toEqual({
    params: { id: 'p1' },
    body: { text: '123456' },
  });
});

test('the palette says that nothing is called so', async () => {
  await using console = await openConsole();
  await console.send(':', 'zzzz');
  await console.see('nothing is called so here');
});

test('the palette finds a command by a part of its name and runs it', async () => {
  await using console = await openConsole();
  await console.send(':logs\r');
  await console.see('level info+');
  await console.send('?');
  await console.see('Keys · logs');
});

test('text pasted outside a field does not act as keys', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.see('user-00000');
  await console.send('\u001b[200~qqqDDD\u001b[201~');
  await console.see('Pasted text goes into a field');
  expect(console.ends).toEqual([]);
});

test('q leaves, and Ctrl-C asks first', async () => {
  await using console = await openConsole();
  await console.send('\u0003');
  await console.see('stop the host');
  expect(console.ends).toEqual([]);
  await pause(GUARD_MS);
  await console.send('\u001b');
  await console.miss('stop the host');
  await console.send('q');
  expect(console.ends).toEqual(['left']);
});
