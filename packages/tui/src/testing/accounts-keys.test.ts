import { expect, test } from 'vitest';
import { createFakeHost } from './fake-client.ts';
import { fakeJob } from './fake-jobs.ts';
import { fakeProxy } from './fake-proxies.ts';
import { openConsole } from './open-console.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const GUARD_MS = 260;

test('z takes back pausing, and leaves what rested or failed before', async () => {
  await using console = await openConsole({ screen: 'accounts', host: createFakeHost({ accounts: 10 }) });
  const states = (): string[] => console.host.roster.accounts.map(({ state }) => state);
  await console.see('user-00000');
  await console.send('a', 'p');
  await console.see('10 accounts paused · z takes it back');
  expect(new Set(states())).toEqual(new Set(['paused']));
  await console.send('z');
  await console.see('that rested or failed before stay as they are');
  expect(states()).toEqual(['ready', 'ready', 'ready', 'ready', 'paused', 'ready', 'paused', 'paused', 'paused', 'retired']);
  await console.send('z');
  await console.see('There is nothing to take back.');
});

test('t adds tags to what is marked and takes tags away, and z takes it back', async () => {
  await using console = await openConsole({ screen: 'accounts', host: createFakeHost({ accounts: 10 }) });
  const tags = (): (readonly string[])[] => console.host.roster.accounts.slice(0, 2).map((account) => account.tags);
  await console.see('user-00000');
  await console.send('  ', 't', 'fresh, eu\r', 'vip\r');
  await console.see('2 accounts changed');
  expect(tags()).toEqual([
    ['fresh', 'eu'],
    ['fresh', 'eu'],
  ]);
  await console.send('z');
  await console.see('with the tags of before');
  expect(tags()).toEqual([['vip'], []]);
});

test('a filter opened again goes with the first letter', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.send('/user-0001\r');
  await console.see(/10 · user-0001/);
  await console.send('/user-0002\r');
  await console.see(/10 · user-0002/);
});

test('c leaves a column out, and d gives the list the whole width', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.see(/STATE .*LVL/);
  await console.send('c');
  await console.see('Columns');
  await pause(GUARD_MS);
  await console.send('jj\r');
  await console.miss('LVL');
  await console.see('History');
  await console.send('d');
  await console.miss('History');
});

test('r runs again what failed last, with its input, after a key of its own', async () => {
  const host = createFakeHost({ accounts: 10 });
  host.jobs = [fakeJob({ state: 'done' })];
  await using console = await openConsole({ screen: 'accounts', host });
  await console.see('user-00000');
  await console.send('r');
  await console.see('Nothing failed on user-00000');
  host.events = [{ seq: 3, at: 0, level: 'error', type: 'task.failed', message: 'no', account: 'a0', job: 'j1' }];
  await console.send('r');
  await console.see('Check again · user-00000?');
  await pause(GUARD_MS);
  await console.send('\r', 'y');
  await console.see(/❯ jobs ❯/);
  expect(host.calls.find(({ operation }) => operation === 'runAction')?.args).toEqual({
    params: { plugin: 'demo', action: 'check' },
    body: { input: { attempts: 2 }, selection: { ids: ['a0'], plugin: 'demo' } },
  });
});

test('on 120 columns tags stand in the list, and proxies where there are any', async () => {
  const host = createFakeHost({ accounts: 40 });
  await using without = await openConsole({ screen: 'accounts', host, columns: 120, rows: 36 });
  await without.see(/ACCOUNT +STATE +TAGS +USED +TRY +LVL +WHY/);
  await without.see(/user-00003 +◆ busy +vip/);
  expect(host.calls.some(({ operation }) => operation === 'proxiesOfAccounts')).toBe(false);
  host.proxies = [fakeProxy('mad-1'), fakeProxy('mad-2')];
  host.proxiesOfAccounts = { a0: 'mad-1', a3: 'mad-2', a39: 'a-long-name-2' };
  await using console = await openConsole({ screen: 'accounts', host, columns: 120, rows: 36 });
  await console.see(/ACCOUNT +STATE +TAGS +USED +TRY +LVL +PROXY +WHY/);
  await console.see(/user-00000 +● ready +vip +— +— +1 +mad-1 /);
  await console.see(/user-00001 +● ready +— +— +2 +— /);
  await console.see(/proxy +mad-1/);
  await console.send('G');
  await console.see(/user-00039 .* a-l…e-2 /);
  host.proxiesOfAccounts = { a39: 'mad-1' };
  host.say({ kind: 'changed', list: 'proxies' });
  await console.see(/user-00039 .* mad-1 /);
});

test('a list filtered to one provider gives the room of its name to the accounts', async () => {
  const host = createFakeHost({ accounts: 4 });
  host.roster.accounts = host.roster.accounts.map((account, index) =>
    Object.assign({}, account, { plugin: index < 2 ? 'demo' : 'other' }),
  );
  await using console = await openConsole({ screen: 'accounts', host, columns: 120, rows: 36 });
  await console.see('demo/user-00000');
  await console.send('/plugin:other\r');
  await console.see(/ {3}user-00002 /);
  await console.send('/!plugin:nobody\r');
  await console.miss(/ {3}user-00002 /);
});

test('80 columns keep the reasons whole and leave tags and proxies to the account itself', async () => {
  const host = createFakeHost({ accounts: 10 });
  host.proxies = [fakeProxy('mad-1')];
  host.proxiesOfAccounts = { a0: 'mad-1' };
  await using console = await openConsole({ screen: 'accounts', host, columns: 80, rows: 24 });
  await console.see(/ACCOUNT +STATE +USED +TRY +LVL +WHY/);
  await console.send('\r');
  await console.see(/tags +vip/);
  await console.see(/proxy +mad-1/);
});

test('r on a job asks, and runs what failed once more', async () => {
  const host = createFakeHost({ accounts: 10 });
  const counts = { ...fakeJob().counts, failed: 1 };
  host.jobs = [fakeJob({ state: 'done', counts })];
  await using console = await openConsole({ screen: 'jobs', host });
  await console.see('Check demo');
  await console.send('r');
  await console.see('Retry Check demo?');
  await console.see('the 1 task that failed once more');
  await pause(GUARD_MS);
  await console.send('r', '\r');
  expect(host.calls.some(({ operation }) => operation === 'retryJob')).toBe(false);
  await console.send('y');
  await console.see('started Check demo anew: 1 task that failed');
});

test('names that begin alike are told apart, however narrow the list', async () => {
  const host = createFakeHost({ accounts: 3 });
  host.roster.accounts = host.roster.accounts.map((account, index) =>
    Object.assign({}, account, { label: `a-very-long-common-beginning-of-every-name-${index}` }),
  );
  for (const columns of [80, 120]) {
    await using console = await openConsole({ screen: 'accounts', host, columns });
    await console.see(/…\S*name-2/);
  }
});

test('the tasks of a job are a window: the last of 1,000 is one key away, and few are asked for', async () => {
  const host = createFakeHost({ accounts: 1_000 });
  host.jobs = [fakeJob({ total: 1_000 })];
  await using console = await openConsole({ screen: 'jobs', host });
  await console.send('\r');
  await console.see('1 of 1 000');
  await console.send('G');
  await console.see(/❯ +user-00999/);
  expect(host.calls.filter(({ operation }) => operation === 'listTasks').length).toBeLessThan(8);
});

test('ctrl-d sends a form from any of its fields', async () => {
  await using console = await openConsole({ screen: 'accounts', host: createFakeHost({ accounts: 3 }) });
  await console.see('user-00000');
  await console.send('t', 'fresh\u0004');
  await console.see('changed');
  expect(console.host.roster.accounts[0]?.tags).toContain('fresh');
});

test('a list that was narrowed to nothing says so, and offers no demo', async () => {
  await using console = await openConsole({ screen: 'accounts', host: createFakeHost({ accounts: 3 }) });
  await console.see('user-00000');
  await console.send('/nobody\r');
  await console.see('No account fits nobody. esc shows all.');
  await console.miss('d demo');
  await console.send('f');
  await console.see('No account has a problem and fits nobody');
  await console.send('\u001b');
  await console.see('user-00000');
});

test('beside the list the history of an account keeps its room, and Enter shows all fields', async () => {
  const host = createFakeHost({ accounts: 1 });
  host.roster.accounts = host.roster.accounts.map((account) => ({
    ...account,
    data: Object.fromEntries(Array.from({ length: 27 }, (_, index) => [`field${index}`, index])),
  }));
  host.events = [{ seq: 1, at: 0, level: 'info', type: 'task.done', message: 'form accepted', account: 'a0' }];
  await using console = await openConsole({ host, screen: 'accounts', columns: 120, rows: 36 });
  await console.see('form accepted');
  await console.see(/… \d+ more: ⏎/);
  await console.miss('field26');
  await console.send('\r');
  await console.see('field26');
  await console.see('form accepted');
});

test('the menu of actions has those that change an account, with their keys', async () => {
  await using console = await openConsole({ screen: 'accounts', host: createFakeHost({ accounts: 3 }) });
  await console.see('user-00000');
  await console.send('a', 'x');
  await console.see(/t +Tags …/);
  await console.see(/o +Proxy …/);
  await console.see(/e +Edit … +one only/);
  await pause(GUARD_MS);
  await console.send('t');
  await console.see('separated by commas');
});

test('on 80 columns the keys of a list that matter most are shown, and what cannot run is not', async () => {
  const host = createFakeHost({ accounts: 3 });
  host.jobs = [fakeJob({ counts: { ...fakeJob().counts, failed: 0 } })];
  await using console = await openConsole({ screen: 'accounts', host, columns: 80, rows: 24 });
  await console.see(/⏎ open +space mark +x actions +p pause +\/ filter .* : command +\? help/);
  await console.send('3');
  await console.see(/X cancel/);
  await console.miss('r retry failed');
});

test('a job says how many of its tasks wait for a person', async () => {
  const host = createFakeHost({ accounts: 3 });
  host.jobs = [fakeJob()];
  const asked = { kind: 'otp' as const, title: 'code', plugin: 'demo', job: 'j1', text: null, hasImage: false, createdAt: 0 };
  const of = (at: number) => ({ id: `p${at}`, task: `t${at}`, account: `a${at}`, label: 'x', expiresAt: 9e15 });
  host.prompts = [
    { ...asked, ...of(0) },
    { ...asked, ...of(1) },
  ];
  await using console = await openConsole({ screen: 'jobs', host });
  await console.see(/◆ 3 now +\? 2 wait for you/);
});

test('on a low terminal the history of an account stands beside its facts', async () => {
  const host = createFakeHost({ accounts: 1 });
  host.roster.accounts = host.roster.accounts.map((account) => ({
    ...account,
    data: Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`field${index}`, index])),
  }));
  host.events = [{ seq: 1, at: 0, level: 'info', type: 'task.done', message: 'level 31 seen', account: 'a0' }];
  await using console = await openConsole({ host, screen: 'accounts', columns: 80, rows: 24 });
  await console.see('user-00000');
  await console.send('\r');
  await console.see(/plugin .*History/);
  await console.see('level 31 seen');
});

test('why an account needs somebody is said whole, on both kinds of terminal', async () => {
  const host = createFakeHost({ accounts: 3 });
  const why = 'That was no list of tiles. Please select all boxes with the number 926.';
  host.roster.accounts = host.roster.accounts.map((account) => Object.assign({}, account, { state: 'needs-you', why }));
  for (const [columns, rows] of [
    [80, 24],
    [120, 36],
  ] as const) {
    await using console = await openConsole({ host, screen: 'accounts', columns, rows });
    await console.see('user-00000');
    await console.send('\r');
    await console.see('accounts ❯ user-00000');
    for (const words of ['list of tiles', '926.']) await console.see(words);
  }
});
