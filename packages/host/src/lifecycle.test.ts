import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createClient, hostSocket, readHostInfo, unixFetch, watch, type WatchEvent } from '@muster/api';
import { MusterError } from '@muster/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDemos } from './demo/demos.ts';
import { startHost } from './start-host.ts';
import { openTestCore } from './testing/test-core.ts';
import { openTestHost } from './testing/test-host.ts';

let directory: string;
let children: ChildProcessByStdio<null, Readable, null>[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'muster-life-'));
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

const start = async (...flags: string[]) => {
  const script = fileURLToPath(new URL('./testing/child-host.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=muster:source', script, directory, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  const ready = await Promise.race([once(child.stdout, 'data'), exit.then(() => undefined)]);
  if (!ready) throw new Error('The host ended before it was ready.');
  return { child, exit };
};
const client = createClient({ fetch: unixFetch(() => hostSocket(directory)) });
const there = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

describe('a host process', () => {
  it('keeps a second host out and goes on itself', async () => {
    const { child } = await start();
    const second = startHost({ directory, version: '2', openCore: openTestCore });
    await expect(second).rejects.toMatchObject({
      code: 'HOST_RUNS',
      message: new RegExp(`pid ${child.pid}.*muster stop`),
      details: { pid: child.pid },
    });
    expect(await client.call('getStatus')).toMatchObject({ pid: child.pid });
  });

  it('killed at once leaves nothing that keeps the next one out', async () => {
    for (let turn = 0; turn < 2; turn += 1) {
      const { child, exit } = await start();
      child.kill('SIGKILL');
      await exit;
      expect(await there(await hostSocket(directory))).toBe(true);
      await expect(client.call('getStatus')).rejects.toMatchObject({ code: 'HOST_GONE' });
    }
    const { child } = await start();
    expect(await client.call('getStatus')).toMatchObject({ pid: child.pid });
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends in order on %s', async (signal) => {
    const { child, exit } = await start();
    const socket = await hostSocket(directory);
    const seen: WatchEvent[] = [];
    const watching = watch(client).subscribe((message) => seen.push(message));
    await expect.poll(() => seen.length).toBeGreaterThan(1);
    child.kill(signal);
    expect(await exit).toEqual([0, null]);
    expect(seen).toContainEqual({ kind: 'bye', reason: signal });
    watching.unsubscribe();
    expect([await there(socket), await readHostInfo(directory)]).toEqual([false, undefined]);
    expect(await readFile(join(directory, 'logs/host.log'), 'utf8')).toMatch(
      new RegExp(`The host is ready: .*\n.*The host ends: ${signal}\n$`),
    );
  });

  it('that is detached outlives the terminal', async () => {
    const { child } = await start('detached');
    child.kill('SIGHUP');
    expect(await client.call('getStatus')).toMatchObject({ pid: child.pid });
  });

  it('ends when it is told to, after the answer', async () => {
    const { exit } = await start();
    expect(await client.call('stopHost')).toEqual({ ok: true });
    expect(await exit).toEqual([0, null]);
  });

  it('writes down a defect that nobody caught, ends in order and says so by its exit code', async () => {
    const { exit } = await start('defect');
    expect(await exit).toEqual([1, null]);
    expect(await readFile(join(directory, 'logs/host.log'), 'utf8')).toMatch(
      /unhandled rejection: Error: nobody caught this\n {4}.*child-host/,
    );
    expect(await readHostInfo(directory)).toBeUndefined();
  });
});

describe('a start', () => {
  it('that fails frees the directory', async () => {
    const broken = () => Promise.reject(new MusterError('STORE_CORRUPT', 'store.json line 4'));
    await expect(startHost({ directory, version: '1', openCore: broken })).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    await (await startHost({ directory, version: '1', openCore: openTestCore })).stop('done');
  });

  it('on a port that is taken says so and leaves nothing', async () => {
    await using other = await openTestHost();
    const taken = startHost({ directory, version: '1', openCore: openTestCore, tcp: other.host.tcp ?? '' });
    await expect(taken).rejects.toMatchObject({ code: 'UNAVAILABLE', message: /another program listens/ });
    expect(await readHostInfo(directory)).toBeUndefined();
    await (await startHost({ directory, version: '1', openCore: openTestCore })).stop('done');
  });

  it('on an address that others reach is refused before anything is touched', async () => {
    const path = join(directory, 'new');
    await expect(startHost({ directory: path, version: '1', openCore: openTestCore, tcp: '0.0.0.0:80' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    expect(await readdir(directory)).toEqual([]);
  });

  it('answers that it is not ready while it takes up what was left', async () => {
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const starting = startHost({
      directory,
      version: '1',
      openCore: async (path, collections) => {
        const core = await openTestCore(path, collections);
        return { ...core, start: () => gate.then(() => core.start()) };
      },
    });
    await expect.poll(() => readHostInfo(directory)).toBeDefined();
    const fetch = unixFetch(await hostSocket(directory));
    expect((await fetch('http://localhost/healthz')).status).toBe(503);
    await expect(client.call('getStatus')).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1_000 });
    go();
    const host = await starting;
    expect((await fetch('http://localhost/healthz')).status).toBe(200);
    await host.stop('done');
  });
});

it('a standalone host has no socket, and says so to others', async () => {
  const host = await startHost({ directory, version: '1', openCore: openTestCore, standalone: true });
  expect([host.socket, host.tcp]).toEqual([null, null]);
  expect((await host.client.call('getStatus')).directory).toBe(directory);
  await expect(client.call('getStatus')).rejects.toMatchObject({ code: 'HOST_GONE', message: /runs standalone/ });
  const second = startHost({ directory, version: '1', openCore: openTestCore });
  await expect(second).rejects.toMatchObject({ code: 'HOST_RUNS', message: /leave it first/ });
  await host.stop('done');
});

describe('the demo', () => {
  it('adds marked accounts and points the plugin at its simulator, anew after each start', async () => {
    await using test = await openTestHost();
    const { core } = test;
    expect(await test.client.call('loadDemo', { params: { plugin: 'farm' }, body: { count: 7 } })).toEqual({ done: 7 });
    expect(await test.client.call('loadDemo', { params: { plugin: 'farm' }, body: { count: 9 } })).toEqual({ done: 2 });
    expect((await test.client.call('listAccounts', { query: { where: 'tag:demo' } })).total).toBe(9);
    const url = core.plugins.config('farm')['url'] as string;
    expect(await (await fetch(url)).text()).toBe('moo');

    const next = createDemos(core);
    await next.resume();
    const anew = core.plugins.config('farm')['url'] as string;
    expect(anew).not.toBe(url);
    expect(await (await fetch(anew)).text()).toBe('moo');
    await next.close();
    await expect(fetch(anew)).rejects.toThrow('fetch failed');
  });

  it('leaves settings alone that the operator has changed since', async () => {
    await using test = await openTestHost();
    await test.client.call('loadDemo', { params: { plugin: 'farm' }, body: { count: 1 } });
    await test.client.call('configurePlugin', { params: { plugin: 'farm' }, body: { url: 'https://mine.example' } });
    const next = createDemos(test.core);
    await next.resume();
    expect(test.core.plugins.config('farm')['url']).toBe('https://mine.example');
    await next.close();
  });
});
