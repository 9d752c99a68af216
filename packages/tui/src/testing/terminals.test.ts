import { textWidth } from '@muster/sdk/ui';
import { expect, test } from 'vitest';
import { createFakeHost } from './fake-client.ts';
import { fakeJob } from './fake-jobs.ts';
import { fakeAccount } from './fake-roster.ts';
import { openConsole } from './open-console.ts';

const SCREEN_KEYS = ['1', '2', '3', '8', '9', '?'];

const hostile = [
  '\u001b[2J\u001b]52;c;aGk=\u0007boom',
  '\u202egnp.exe',
  '漢字テスト漢字テスト漢字テスト漢字テスト',
  `z${'\u0301'.repeat(40)}algo`,
  '👩‍👩‍👧‍👦🇫🇷👍🏽❤️ family',
  'a\nb\rc\td',
  'עברית ועוד',
  'x'.repeat(10_000),
  '__proto__',
];

test('names full of tricks are drawn as data, and the frame around them stays straight', async () => {
  const host = createFakeHost({ accounts: 20 });
  host.roster.accounts = host.roster.accounts.map((account, index) =>
    index < hostile.length
      ? fakeAccount(index, { label: hostile[index] ?? '', why: hostile[index] ?? '', tags: [hostile[index] ?? ''] })
      : account,
  );
  for (const columns of [80, 120, 160]) {
    await using console = await openConsole({ screen: 'accounts', host, columns });
    await console.see('boom');
    for (let row = 3; row < 12; row++) {
      const line = console.terminal.line(row);
      expect(textWidth(line)).toBe(columns);
      expect(line.startsWith('│')).toBe(true);
      expect(line.endsWith('│')).toBe(true);
    }
    expect(console.terminal.raw).not.toContain('\u001b]52');
    expect(console.terminal.raw).not.toContain('\u202e');
  }
});

test('words that terminals join or not leave the frame around them straight, beside the list too', async () => {
  const host = createFakeHost({ accounts: 20 });
  const names = ['क्षत्रिय', 'தமிழ்', 'နိုင်ငံ', 'ไทยนี้', '한글'];
  host.roster.accounts = host.roster.accounts.map((account, index) => Object.assign(account, { label: names[index] ?? 'plain' }));
  await using console = await openConsole({ screen: 'accounts', host, columns: 120 });
  await console.see('plain');
  for (const name of names) {
    const screen = await console.see(new RegExp(`❯ +${name}`));
    expect(
      screen
        .split('\n')
        .slice(2, 30)
        .filter((line) => !/[│╮]$/.test(line)),
    ).toEqual([]);
    await console.see(new RegExp(`╭─ ${name} `));
    await console.send('j');
  }
});

test('sixty resizes leave a whole screen of the last size', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.see('user-00000');
  let seed = 7;
  const next = (low: number, high: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return low + (seed % (high - low));
  };
  for (let count = 0; count < 60; count++) await console.resize(next(30, 200), next(8, 60));
  await console.resize(120, 36);
  await console.see('user-00000');
  expect(console.terminal.line(0)).toContain('accounts');
  expect(console.terminal.line(35)).toContain('help');
  expect(console.terminal.line(33)).toMatch(/^╰.*╯$/);
});

test('a window too small says so and shows who waits', async () => {
  const host = createFakeHost({ accounts: 3 });
  host.prompts = [
    {
      id: 'p1',
      kind: 'otp',
      title: 'code',
      plugin: 'demo',
      job: 'j',
      task: 't',
      account: 'a0',
      label: 'user-00000',
      text: null,
      hasImage: false,
      createdAt: 0,
      expiresAt: 1,
    },
  ];
  await using console = await openConsole({ host, columns: 59, rows: 12 });
  const screen = await console.see('needs 60 by 16');
  expect(screen).toContain('user-00000');
});

test('the smaller it is, the more it says in a word: nothing of the card is cut at 30 by 6', async () => {
  const host = createFakeHost({ accounts: 3 });
  host.jobs = [fakeJob()];
  await using console = await openConsole({ host, columns: 30, rows: 6 });
  const screen = (await console.see('60 by 16')).replaceAll(/\s+/g, ' ');
  expect(screen).toContain('q leaves');
  expect(screen).toMatch(/◆\d+ \?0 ×0/);
  expect(screen).not.toContain('…');
});

test('with NO_COLOR no colour is ever sent', async () => {
  const host = createFakeHost({ accounts: 50 });
  host.jobs = [fakeJob()];
  await using console = await openConsole({ host, env: { TERM: 'xterm-256color', LANG: 'C.UTF-8', NO_COLOR: '1' } });
  for (const key of SCREEN_KEYS) await console.send(key);
  // oxlint-disable-next-line no-control-regex -- the point is what a terminal is told
  const colors = [...console.terminal.raw.matchAll(/\u001b\[([\d;]*)m/g)].flatMap(([, list]) =>
    (list ?? '').split(';').map(Number),
  );
  expect(colors.filter((code) => (code >= 30 && code <= 49) || code >= 90)).toEqual([]);
});

test.each([
  ['TERM=dumb', { TERM: 'dumb', LANG: 'C.UTF-8' }],
  ['the console of Linux', { TERM: 'linux', LANG: 'C.UTF-8' }],
  ['no UTF-8 locale', { TERM: 'xterm', LANG: 'C' }],
  ['a locale overruled by LC_ALL', { TERM: 'xterm', LANG: 'en_US.UTF-8', LC_ALL: 'POSIX' }],
])('%s: nothing beyond ASCII is ever sent', async (_, env) => {
  const host = createFakeHost({ accounts: 50 });
  host.jobs = [fakeJob()];
  host.roster.accounts = host.roster.accounts.map((account, index) =>
    fakeAccount(index, { label: hostile[index % hostile.length] ?? account.label }),
  );
  await using console = await openConsole({ host, env });
  for (const key of SCREEN_KEYS) await console.send(key);
  await console.send('2', 'x');
  await console.see('Actions on');
  // oxlint-disable-next-line no-control-regex -- the point is what a terminal is told
  expect(console.terminal.raw.match(/[^\u0000-\u007f]/g) ?? []).toEqual([]);
});

test('nothing is sent while nothing happens', async () => {
  await using console = await openConsole();
  await console.see('Providers');
  // What is asked for at the start has been answered and drawn.
  for (let sent = -1; sent !== console.terminal.raw.length;) {
    sent = console.terminal.raw.length;
    await new Promise((resolve) => setTimeout(resolve, 500));
    await console.settle();
  }
  const before = console.terminal.raw.length;
  // Four beats of the clock.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await console.settle();
  const sent = console.terminal.raw.slice(before);
  expect(sent).toBe('');
});

test('a terminal that takes nothing holds back frames and loses no key', async () => {
  await using console = await openConsole({ screen: 'accounts' });
  await console.see('user-00000');
  console.terminal.stall();
  for (let count = 0; count < 300; count++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    console.console.press({ name: 'j', text: 'j' });
  }
  expect(console.terminal.writableLength).toBeLessThan(100_000);
  console.terminal.release();
  await console.see(/❯ +user-00300/);
});

test('a cursor key costs less than 600 bytes, the panel beside the list included; ten together little more', async () => {
  await using console = await openConsole({ screen: 'accounts', columns: 160, rows: 45 });
  await console.see('user-00000');
  await console.see('nothing yet');
  const cost = async (keys: string, name: string): Promise<number> => {
    const before = Buffer.byteLength(console.terminal.raw);
    await console.send(keys);
    // The panel turns when the pointer rests.
    await console.see(new RegExp(`╭─ ${name} ─.*\\n[^]*nothing yet`));
    return Buffer.byteLength(console.terminal.raw) - before;
  };
  await cost('j', 'user-00001');
  expect(await cost('j', 'user-00002')).toBeLessThan(600);
  expect(await cost('j'.repeat(10), 'user-00012')).toBeLessThan(700);
});
