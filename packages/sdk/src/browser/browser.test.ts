import { spawn, type ChildProcess } from 'node:child_process';
import { access, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  browserLaunch,
  clearProfileLocks,
  endLeftBrowsers,
  endProcess,
  findBrowser,
  isRunning,
  leftBrowsers,
  processTable,
  processTree,
  processUsage,
  profileFolder,
  untilGone,
} from './index.ts';
import { psTable } from './process-table.ts';

let root = '';
const started: ChildProcess[] = [];

beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'muster-browser-'))));
afterEach(async () => {
  for (const { pid } of started.splice(0)) if (pid !== undefined) await endProcess(pid, 0);
  await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

async function program(name: string): Promise<string> {
  const path = join(root, name);
  await writeFile(path, '#!/bin/sh\n', { mode: 0o755 });
  return path;
}

/** Written in two steps: it is there before it says anything. */
const portOf = (profile: string): Promise<void> =>
  vi.waitFor(async () => {
    const said = await readFile(join(profile, 'DevToolsActivePort'), 'utf8');
    if (!said.includes('/devtools/browser/')) throw new Error('not yet');
  }, 30_000);

/** The machine's own browser, as puppeteer would start it. */
async function open(name: string, { lean = true, port = true } = {}): Promise<{ pid: number; profile: string }> {
  const profile = await profileFolder(root, name);
  const { executablePath, args, env } = browserLaunch({ browser: await findBrowser({ lean }), profile, pipe: !port });
  const child = spawn(
    executablePath,
    [...args, '--headless', `--user-data-dir=${profile}`, ...(port ? ['--remote-debugging-port=0'] : []), 'about:blank'],
    { env, stdio: 'ignore' },
  );
  started.push(child);
  if (port) await portOf(profile);
  return { pid: child.pid ?? 0, profile };
}

test('the lean engine comes first when it is wanted, and never when it is not', async () => {
  const places = [
    { kind: 'chromium', path: await program('chromium') },
    { kind: 'headless-shell', path: await program('headless_shell') },
  ] as const;
  expect(await findBrowser({ lean: true, places, env: {} })).toEqual(places[1]);
  expect(await findBrowser({ places, env: {} })).toEqual(places[0]);
  expect(await findBrowser({ lean: true, places: places.slice(0, 1), env: {} })).toEqual(places[0]);
  await expect(findBrowser({ places: places.slice(1), env: {} })).rejects.toMatchObject({ code: 'NO_BROWSER' });
});

test('a browser on the PATH is found, and one that is named wins', async () => {
  const chrome = await program('google-chrome');
  const named = await program('my-chromium');
  expect(await findBrowser({ places: [], env: { PATH: root } })).toEqual({ kind: 'chrome', path: chrome });
  expect(await findBrowser({ places: [], env: { PATH: root, CHROME_PATH: named } })).toEqual({ kind: 'chromium', path: named });
  expect(await findBrowser({ path: named, places: [], env: { PATH: root, CHROME_PATH: chrome } })).toMatchObject({ path: named });
});

test.each(['/no/such/program', 'chromium', '/usr/bin', '/etc/passwd'])(
  '%s is refused as a browser, and nothing stands in for it',
  async (path) => {
    await expect(findBrowser({ path })).rejects.toMatchObject({
      code: 'NO_BROWSER',
      message: expect.stringContaining(path) as string,
    });
  },
);

test('where there is none, the error says what to install', async () => {
  await expect(findBrowser({ lean: true, places: [], env: {} })).rejects.toMatchObject({
    code: 'NO_BROWSER',
    message: expect.stringContaining('apt-get install chromium chromium-headless-shell') as string,
  });
});

test('a launch has no user agent of its own, no secret of the host, and new lists each time', () => {
  vi.stubEnv('MUSTER_KEY', 'not for browsers');
  const browser = { path: '/x/headless_shell', kind: 'headless-shell' } as const;
  const options = { browser, profile: '/x/profile', disableFeatures: ['More'], noSandbox: false };
  const launch = browserLaunch(options);
  vi.unstubAllEnvs();
  expect(launch).toMatchObject({ headless: 'shell', pipe: true, userDataDir: '/x/profile' });
  expect(JSON.stringify(launch)).not.toMatch(/not for browsers|user-agent|AutomationControlled|--no-sandbox/);
  expect(launch.args.filter((arg) => arg.startsWith('--disable-features='))).toEqual([expect.stringMatching(/Spare.*,More$/)]);
  expect(browserLaunch(options).args).not.toBe(launch.args);
  expect(browserLaunch({ ...options, noSandbox: true }).args).toContain('--no-sandbox');
});

test('a profile folder is private, and its name is only a name', async () => {
  const folder = await profileFolder(root, 'session-Heron_1');
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const name of ['..', 'a/b', '', '.hidden', 'x'.repeat(101), 'a\0b'])
    await expect(profileFolder(root, name)).rejects.toMatchObject({ code: 'BAD_INPUT' });
});

test('a browser that a host left is found by its profile, closed through its port, and leaves no process', async () => {
  const { pid, profile } = await open('left');
  const tree = processTree(pid, await processTable()).map((one) => one.pid);
  expect(tree.length).toBeGreaterThan(2);
  expect(await leftBrowsers(root)).toEqual([{ pid, profile }]);
  expect(await leftBrowsers(profile)).toEqual([{ pid, profile }]);
  expect(await leftBrowsers(join(root, 'le'))).toEqual([]);
  expect(await endLeftBrowsers(root)).toEqual([{ pid, profile, how: 'closed' }]);
  expect(await untilGone(tree, 30_000)).toBe(true);
  expect(await endLeftBrowsers(root)).toEqual([]);
});

test('one that cannot be asked is ended with all its processes, and its locks can be cleared', async () => {
  const { pid, profile } = await open('deaf', { lean: false });
  await rm(join(profile, 'DevToolsActivePort'));
  const tree = processTree(pid, await processTable()).map((one) => one.pid);
  expect(await endLeftBrowsers(root)).toEqual([{ pid, profile, how: 'killed' }]);
  expect(await untilGone(tree, 30_000)).toBe(true);
  await clearProfileLocks(profile);
  await expect(access(join(profile, 'SingletonLock'))).rejects.toThrow('ENOENT');
});

test('memory and CPU of a browser are those of all its processes', async () => {
  const { pid } = await open('measured');
  const usage = await processUsage(pid);
  expect(usage.processes).toBeGreaterThan(2);
  expect(usage.privateBytes).toBeGreaterThan(10_000_000);
  expect(usage.pssBytes).toBeGreaterThan(usage.privateBytes);
  expect(usage.cpuMs).toBeGreaterThan(0);
});

test('a zombie does not run', async () => {
  // The shell starts a child and becomes a program that never waits for it.
  const shell = spawn('sh', ['-c', 'sleep 0.01 & exec sleep 60'], { stdio: 'ignore' });
  started.push(shell);
  const zombie = await vi.waitFor(async () => {
    const found = (await processTable()).find((one) => one.parent === shell.pid && one.zombie);
    if (!found) throw new Error('not yet');
    return found.pid;
  }, 30_000);
  expect(() => process.kill(zombie, 0)).not.toThrow();
  expect(await isRunning(zombie)).toBe(false);
  expect(await isRunning(shell.pid ?? 0)).toBe(true);
  expect(await untilGone([zombie], 0)).toBe(true);
});

test('a process that does not listen is ended all the same', async () => {
  const deaf = spawn('sh', ['-c', "trap '' TERM; echo ready; while :; do sleep 0.1; done"], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(deaf);
  await new Promise((resolve) => deaf.stdout?.once('data', resolve));
  expect(await endProcess(deaf.pid ?? 0, 100)).toBe(true);
  expect(await isRunning(deaf.pid ?? 0)).toBe(false);
});

test('where there is no /proc, ps tells the same', async () => {
  const table = await psTable();
  expect(table.find(({ pid }) => pid === process.pid)).toMatchObject({ parent: process.ppid, zombie: false });
});
