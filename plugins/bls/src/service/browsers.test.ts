import { spawn } from 'node:child_process';
import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserLaunch, findBrowser, isRunning, leftBrowsers, profileFolder } from '@muster/sdk/browser';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import start from '../simulator.ts';
import { openBrowsers, type Browsers, type BrowsersDeps } from './browsers.ts';

let directory = '';
let browsers: Browsers | undefined;
const said: string[] = [];
const CONFIG: ReturnType<BrowsersDeps['config']> = { idleBrowserS: 600, recycleJobs: 100, recycleMinutes: 60, recycleMb: 10_000 };
let config = CONFIG;

beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'muster-browsers-'))));
afterEach(async () => {
  await browsers?.close();
  browsers = undefined;
  said.length = 0;
  config = CONFIG;
  await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

let time = 0;
const open = async (): Promise<Browsers> =>
  (browsers = await openBrowsers({
    directory,
    config: () => config,
    now: () => time || Date.now(),
    tell: (_level, message) => void said.push(message),
  }));
const page = (house: Browsers) => house.open({ blockedUrls: ['*.png'] });

test('tasks share a browser and nothing in it, and pictures are not loaded', async () => {
  const simulator = await start({ knobs: { assets: true } });
  const house = await open();
  const [one, two] = await Promise.all([page(house), page(house)]);
  await Promise.all([one, two].map((opened) => opened.page.goto(`${simulator.url}/dza/account/RegisterUser`)));
  const cookies = await Promise.all([one, two].map(async (opened) => opened.page.browserContext().cookies()));
  expect(new Set(cookies.flat().map(({ value }) => value)).size).toBe(4);
  expect(house.figures()).toMatchObject({ contexts: 2, crashes: 0 });
  expect(simulator.counters()['assets']).toBeLessThan(2 * 8);
  await Promise.all([one.close(), two.close(), two.close()]);
  expect(house.figures().contexts).toBe(0);
  await simulator.close();
});

test('a browser is replaced after so many tasks, and ends with the last of them', async () => {
  config = { ...config, recycleJobs: 2 };
  const house = await open();
  const first = await page(house);
  const { pid } = house.figures();
  const second = await page(house);
  const third = await page(house);
  expect(house.figures().pid).not.toBe(pid);
  expect(await isRunning(pid ?? 0)).toBe(true);
  await Promise.all([first.close(), second.close()]);
  await vi.waitFor(async () => expect(await isRunning(pid ?? 0)).toBe(false), 30_000);
  expect(said).toEqual(['The browser is replaced after 2 tasks']);
  await third.close();
});

test('a browser is replaced when it is old', async () => {
  const house = await open();
  await (await page(house)).close();
  const { pid } = house.figures();
  time = Date.now() + 61 * 60_000;
  await (await page(house)).close();
  time = 0;
  expect(house.figures().pid).not.toBe(pid);
  expect(said).toEqual(['The browser is replaced after 60 minutes']);
});

test('a browser that nobody needs is closed, and the next task has another', async () => {
  config = { ...config, idleBrowserS: 0 };
  const house = await open();
  const first = await page(house);
  const { pid } = house.figures();
  const second = await page(house);
  await first.close();
  expect(await second.page.evaluate(() => 1 + 1)).toBe(2);
  await second.close();
  await vi.waitFor(async () => expect(await isRunning(pid ?? 0)).toBe(false), 30_000);
  expect(house.figures()).toMatchObject({ pid: null, crashes: 0 });
  await page(house);
  expect(house.figures().pid).toBeGreaterThan(0);
});

test('closing leaves no process and no profile', async () => {
  const house = await open();
  await page(house);
  const { pid } = house.figures();
  await house.close();
  expect(await isRunning(pid ?? 0)).toBe(false);
  expect(await readdir(join(directory, 'browsers'))).toEqual([]);
  await expect(page(house)).rejects.toThrow('closed');
});

test('a browser that a killed host left is ended before the first task, and its profile goes', async () => {
  const profile = await profileFolder(join(directory, 'browsers'), 'browser-1');
  const { executablePath, args, env } = browserLaunch({ browser: await findBrowser({ lean: true }), profile });
  const left = spawn(
    executablePath,
    [...args, '--headless', `--user-data-dir=${profile}`, '--remote-debugging-port=0', 'about:blank'],
    {
      env,
      stdio: 'ignore',
    },
  );
  await vi.waitFor(() => access(join(profile, 'DevToolsActivePort')), 30_000);
  await open();
  expect(await leftBrowsers(directory)).toEqual([]);
  expect(await isRunning(left.pid ?? 0)).toBe(false);
  expect(said).toEqual(['1 browsers of a host that was killed were ended']);
});

test('a browser that ends as it starts is started once more', async () => {
  const { path } = await findBrowser({ lean: true });
  const program = join(directory, 'headless-shell');
  const tried = join(directory, 'tried');
  await writeFile(program, `#!/bin/sh\n[ -e '${tried}' ] || { : > '${tried}'; exit 1; }\nexec '${path}' "$@"\n`, { mode: 0o755 });
  config = { ...config, browserPath: program };
  const house = await open();
  const { page: opened } = await page(house);
  expect(await opened.evaluate(() => 1 + 1)).toBe(2);
  await access(tried);
  expect(house.figures()).toMatchObject({ contexts: 1, crashes: 0 });
});

test('without a browser the error says what to do, and the next try looks anew', async () => {
  const house = await openBrowsers({
    directory,
    config: () => ({ ...config, browserPath: '/no/such/browser' }),
    now: () => Date.now(),
    tell: () => undefined,
  });
  await expect(page(house)).rejects.toMatchObject({ code: 'NO_BROWSER' });
  await expect(page(house)).rejects.toMatchObject({ code: 'NO_BROWSER' });
  await house.close();
});
