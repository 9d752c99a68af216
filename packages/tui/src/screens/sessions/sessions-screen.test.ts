import { describe, expect, test } from 'vitest';
import { createFakeHost, type FakeHost } from '../../testing/fake-client.ts';
import { fakeSession, sessionListOf } from '../../testing/fake-live.ts';
import { openConsole } from '../../testing/open-console.ts';
import { NOW } from '../../testing/now.ts';

/** As long as what WhatsApp shows. */
const CODE = `2@${'kJ8sPq3+/Zw='.repeat(19)},${'x'.repeat(6)}`;

function hostWith(...sessions: ReturnType<typeof fakeSession>[]): FakeHost {
  const host = createFakeHost({ accounts: 5 });
  host.sessions = sessions;
  return host;
}
const asking = (label: string, turn: number | null = 0) =>
  fakeSession(label, {
    state: 'needs-operator',
    status: 'scan',
    why: 'Scan the code',
    turn,
    challenge: turn === 0 ? { kind: 'qr', shownAt: NOW, expiresAt: NOW + 1_800_000 } : null,
  });
const show = (host: FakeHost, account: string, text: string, kind: 'qr' | 'code' = 'qr'): void => {
  host.challenges[account] = { kind, text, shownAt: NOW, expiresAt: NOW + 1_800_000 };
};
const say = (host: FakeHost): void => host.say({ kind: 'sessions', ...sessionListOf(host) });
const called = (host: FakeHost, operation: string): unknown[] =>
  host.calls.filter((call) => call.operation === operation).map(({ args }) => args);
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));

describe('the list of sessions', () => {
  test('4 shows state, load and why, and the history of the one under the pointer', async () => {
    const host = hostWith(fakeSession('ann'), fakeSession('ben', { state: 'lost', why: 'the line was cut', figures: {} }));
    await using console = await openConsole({ host, columns: 140, rows: 36 });
    await console.send('4');
    await console.see(/❯ +ann +● ready +online/);
    await console.see(/52\.0 MB +0\.4%/);
    await console.see(/ben +○ lost +the line was cut/);
    await console.see('History');
    await console.see(/◆ opening +the host started/);
    await console.see('2 sessions · 52.0 MB of 4.0 GB · limit 20');
    await console.send('j');
    await console.see('o tries at once');
  });

  test('V opens the pages of the account under the pointer', async () => {
    const host = hostWith(fakeSession('ann'), fakeSession('ben'));
    const views = [
      { name: 'chats', title: 'Chats', about: 'account' as const },
      { name: 'stats', title: 'Statistics', about: 'plugin' as const },
    ];
    host.plugins = host.plugins.map((plugin) => ({ ...plugin, views }));
    await using console = await openConsole({ host, screen: 'sessions', columns: 140, rows: 36 });
    await console.see(/❯ +ann/);
    await console.send('j');
    await console.see(/❯ +ben/);
    await console.send('V');
    await console.see('Pages of ben');
    await console.see(/❯ Chats +ben/);
  });

  test('follows what the host says, and keeps the pointer on its session', async () => {
    const host = hostWith(fakeSession('ann'), fakeSession('ben'));
    await using console = await openConsole({ host, screen: 'sessions', columns: 140, rows: 36 });
    await console.send('j');
    await console.see(/❯ +ben/);
    host.sessions = [fakeSession('aaa'), fakeSession('ann'), fakeSession('ben', { state: 'lost', reopensAt: NOW + 10_000_000 })];
    say(host);
    await console.see(/❯ +ben +○ lost +again in 2h/);
  });

  test('o opens what is closed, X closes after a question, and f shows closed ones', async () => {
    const host = hostWith(fakeSession('ann'), fakeSession('ben', { open: false, state: 'closed', why: 'closed by local' }));
    await using console = await openConsole({ host, screen: 'sessions', columns: 140, rows: 36 });
    await console.miss('closed by local');
    await console.send('X');
    await console.see('Close ann?');
    await pause();
    await console.send('y');
    await console.see('closed ann');
    expect(called(host, 'closeSession')).toMatchObject([{ params: { account: 'id-ann' } }]);
    await console.see('No session is open');
    await console.send('f', 'f');
    await console.see(/ben +(?:=|×) closed/);
    await console.send('j', 'o');
    await console.see('opening ben');
    expect(called(host, 'openSession')).toMatchObject([{ params: { account: 'id-ben' } }]);
  });

  test('n opens the session of an account by its name, and shows what is wrong in the form', async () => {
    const host = hostWith(fakeSession('ann', { open: false, state: 'closed' }));
    await using console = await openConsole({ host, screen: 'sessions', columns: 140, rows: 36 });
    await console.send('n');
    await console.see('Open a session');
    await console.send('nobody\r');
    await console.see('There is no account "nobody"');
    await console.send('\x15', 'ann\r');
    await console.see(/❯ +ann +◆ opening/);
  });
});

test('home says who waits to be linked, and leads there', async () => {
  const host = hostWith(fakeSession('ann'), asking('ben'));
  show(host, 'id-ben', CODE);
  await using console = await openConsole({ host, columns: 130, rows: 40 });
  await console.see(/\? link +ben +scan the code/);
  await console.see('? 1 need you');
  await console.send('\t', '\r');
  await console.see('Link ben');
});

describe('the code', () => {
  test('stands beside the list with what to do, follows each change, and goes when it was scanned', async () => {
    const host = hostWith(asking('ann'), asking('ben', 1));
    show(host, 'id-ann', CODE);
    await using console = await openConsole({ host, screen: 'sessions', columns: 130, rows: 40 });
    await console.see('Link ann');
    await console.see('▀▀▀▀');
    await console.see('new in 30m00s');
    await console.see(/ben +\? needs you +waits its turn/);
    expect(console.terminal.screen()).not.toContain('2@k');
    const first = console.terminal.screen();
    show(host, 'id-ann', `${CODE}-2`);
    host.sessions = [{ ...asking('ann'), challenge: { kind: 'qr', shownAt: NOW + 5, expiresAt: null } }, asking('ben', 1)];
    say(host);
    await expect.poll(async () => (await console.settle(), console.terminal.screen())).not.toBe(first);
    host.sessions = [fakeSession('ann'), asking('ben')];
    show(host, 'id-ben', CODE);
    say(host);
    await console.miss('Link ann');
    await console.see('1 session waits for you');
    await console.send('w');
    await console.see('Link ben');
  });

  test('says what else there is where the terminal is too small, and asks for a code to type', async () => {
    const host = hostWith(asking('ann'));
    show(host, 'id-ann', CODE);
    await using console = await openConsole({ host, screen: 'sessions', columns: 80, rows: 24 });
    await console.send('\r');
    await console.see('The QR code needs 61 × 31 cells');
    await console.see('c  a code to type on the phone instead');
    await console.send('c');
    await console.see('opening ann');
    expect(called(host, 'openSession')).toMatchObject([{ body: { input: { link: 'code' } } }]);
    expect(called(host, 'closeSession')).toHaveLength(1);
    host.sessions = [{ ...asking('ann'), challenge: { kind: 'code', shownAt: 1, expiresAt: NOW + 161_000 } }];
    show(host, 'id-ann', 'K7QF-2M9X', 'code');
    say(host);
    await console.see('K7QF-2M9X');
    await console.resize(80, 45);
    await console.see('K7QF-2M9X');
  });

  test('b draws it alone', async () => {
    const host = hostWith(asking('ann'));
    show(host, 'id-ann', CODE);
    await using console = await openConsole({ host, screen: 'sessions', columns: 130, rows: 40 });
    await console.see('Link ann');
    await console.send('b');
    await console.miss('Link ann');
    await console.see('▀▀▀▀');
  });
});
