import { spawn } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { leftBrowsers } from '@muster/sdk/browser';
import { expect, test } from 'vitest';
import { openTestWorld, until } from '../testing/open-test-session.ts';

const MORTAL = fileURLToPath(new URL('../testing/mortal-session.ts', import.meta.url));
const wid = '966500000001@c.us';

// Each of these loses the login, or locks its profile, where the library starts the browser itself.
test.each(['SIGKILL', 'SIGINT'] as const)(
  '%s of the host right after the first login leaves no browser, and the next start asks for no code',
  async (signal) => {
    await using world = await openTestWorld();
    const settings = JSON.stringify(world.host.config);
    const child = spawn(process.execPath, ['--conditions=muster:source', MORTAL, settings, world.host.profiles], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    for await (const line of createInterface({ input: child.stdout })) {
      const { status, code } = JSON.parse(line) as { status: string; code?: string };
      if (code !== undefined) world.simulator.service.scan(code, { wid });
      if (status === 'ready') break;
    }
    child.kill(signal);
    await ended;
    await until('its browser ended', async () => (await leftBrowsers(world.host.profiles)).length === 0);

    const again = await world.open('one');
    again.supervisor.start();
    await again.until('ready');
    expect(again.codes).toEqual([]);
  },
);

test('a lock that a dead browser left, or a machine of another name, is taken away, and that is told', async () => {
  await using world = await openTestWorld();
  const first = await world.open('one');
  await first.link('966500000001');
  const lock = join(world.host.profiles, 'session-one', 'SingletonLock');
  let session = first;
  for (const [holder, said] of [
    [hostname(), 'the lock of a dead browser was removed'],
    ['another-machine', 'a lock of another machine (another-machine) was removed'],
  ] as const) {
    await session.supervisor.close();
    // Above the highest pid that Linux gives.
    await symlink(`${holder}-4194305`, lock);
    session = await world.open('one');
    session.supervisor.start();
    await session.until('ready');
    expect(session.codes).toEqual([]);
    expect(session.told.events.find(({ type }) => type === 'remedy.applied')?.fields).toEqual({
      clientId: 'one',
      remedy: 'free-profile',
      why: said,
    });
  }
});
