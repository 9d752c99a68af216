import { expect, test } from 'vitest';
import { createFakeHost } from './fake-client.ts';
import { fakeJob } from './fake-jobs.ts';
import { fakeRotation } from './fake-live.ts';
import { fakeProxy } from './fake-proxies.ts';
import { openConsole } from './open-console.ts';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', ',', 'H'];

/** 400 accounts, a job half done, a question, proxies, a gateway. */
function busyHost() {
  const host = createFakeHost({ accounts: 400 });
  host.jobs = [fakeJob({ total: 400, counts: { ...fakeJob().counts, done: 190, queued: 200 } })];
  host.proxies = [fakeProxy('mad-1'), fakeProxy('mad-2')];
  host.rotations = [fakeRotation(400)];
  const asked = { kind: 'otp' as const, title: 'code', text: null, hasImage: false, createdAt: 0, expiresAt: 9e15 };
  host.prompts = [{ ...asked, id: 'p0', plugin: 'demo', job: 'j1', task: 't0', account: 'a0', label: 'user-00000' }];
  return host;
}

test.each([
  [80, 24],
  [120, 36],
])('on %i x %i every screen shows its keys whole, and the ways to all commands and to help', async (columns, rows) => {
  await using console = await openConsole({ host: busyHost(), columns, rows });
  await console.see('Providers');
  for (const key of KEYS) {
    await console.send(key);
    const footer = (await console.see(/: command .*\? help\s*$/)).trimEnd().split('\n').at(-1) ?? '';
    expect(footer).not.toContain('…');
    await console.send('?');
    await console.see(/Keys ·/);
    await console.send('\u001B');
    await console.miss(/Keys ·/);
  }
});
