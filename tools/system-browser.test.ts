import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ensureSystemBrowser } from './system-browser.mjs';

let folder = '';
let said: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-system-browser-'));
  await mkdir(join(folder, 'bin'));
  said = [];
  vi.stubEnv('CHROME_PATH', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** A program of that name that notes how it was called and then does `body`. */
const program = (name: string, body = ''): Promise<void> =>
  writeFile(join(folder, 'bin', name), `#!/bin/sh\necho "${name} $*" >> "${folder}/calls"\n${body}\n`, { mode: 0o755 });

const calls = async (): Promise<string[]> =>
  (await readFile(join(folder, 'calls'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');

const ensure = (uid = 0): Promise<void> =>
  ensureSystemBrowser({
    noted: join(folder, 'work/browser'),
    path: join(folder, 'bin'),
    uid,
    anywhere: false,
    say: (message) => void said.push(message),
  });

test('installs both browsers as root, once', async () => {
  await program('apt-get');
  await ensure();
  await ensure();
  expect(await calls()).toEqual([
    'apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=60 chromium chromium-headless-shell',
  ]);
  expect(said).toEqual([expect.stringContaining('installing chromium and chromium-headless-shell with apt-get')]);
});

test('says and does nothing where both are there', async () => {
  await program('apt-get');
  await program('chromium');
  await program('chromium-headless-shell');
  await ensure();
  expect([await calls(), said]).toEqual([[], []]);
});

test('asks for newer lists, then does without the lean one, before it gives up', async () => {
  await program('apt-get', 'case "$*" in *headless*) exit 100;; esac');
  await ensure();
  expect((await calls()).map((call) => call.split(' ').toSpliced(2, 5).join(' '))).toEqual([
    expect.stringContaining('chromium chromium-headless-shell'),
    'apt-get update',
    expect.stringContaining('chromium chromium-headless-shell'),
    expect.stringMatching(/ chromium$/),
  ]);
  expect(said).toHaveLength(1);
});

test('what cannot be installed is one line that says what to do, and fails nothing', async () => {
  await program('apt-get', 'exit 100');
  await ensure();
  expect(said.at(-1)).toMatch(
    /could not install a browser.*"apt-get update && apt-get install chromium chromium-headless-shell".*CHROME_PATH/,
  );
});

test('without the rights nothing is tried, and the command is named', async () => {
  await program('apt-get');
  await program('sudo', 'exit 1');
  await ensure(1_000);
  expect(await calls()).toEqual(['sudo -n true']);
  expect(said).toEqual([
    expect.stringContaining('run "sudo apt-get update && sudo apt-get install chromium chromium-headless-shell"'),
  ]);
});

test('with sudo that asks for no password it is installed', async () => {
  await program('dnf');
  await program('sudo');
  await ensure(1_000);
  expect(await calls()).toEqual([
    'sudo -n true',
    expect.stringMatching(/^sudo -n .*dnf install -y -q chromium chromium-headless$/),
  ]);
});

test('with no package manager it says so', async () => {
  await ensure();
  expect(said).toEqual([expect.stringContaining('install Chromium or Google Chrome')]);
});

test('only the lean one missing is no reason to complain', async () => {
  await program('chromium');
  await program('apt-get', 'exit 100');
  await ensure();
  expect(said).toEqual([expect.stringContaining('installing chromium-headless-shell')]);
});

test.each([
  ['MUSTER_BROWSER_INSTALL', 'no'],
  ['CHROME_PATH', '/usr/bin/true'],
])('is left alone with %s=%s', async (name, value) => {
  vi.stubEnv(name, value);
  await program('apt-get');
  await ensure();
  expect([await calls(), said]).toEqual([[], []]);
  await expect(access(join(folder, 'work'))).rejects.toThrow('ENOENT');
});
