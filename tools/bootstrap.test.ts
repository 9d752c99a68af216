import { execFile, spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const LOCK = { packages: { '': {}, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } } };

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-bootstrap-'));
  await mkdir(join(folder, 'tools'));
  await mkdir(join(folder, 'bin'));
  for (const file of ['bootstrap.mjs', 'package-manager.mjs', 'system-browser.mjs'])
    await copyFile(fileURLToPath(new URL(file, import.meta.url)), join(folder, 'tools', file));
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify(LOCK));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Puts a command named npm on the PATH: a shell script that counts its calls and then does `body`. */
async function npm(body: string): Promise<void> {
  const script = `#!/bin/sh\necho "$*" >> "${folder}/calls"\n${body}\n`;
  await writeFile(join(folder, 'bin/npm'), script, { mode: 0o755 });
}

const INSTALL = `rm -rf node_modules; sleep 0.3; mkdir node_modules`;

interface Outcome {
  readonly code: number | null;
  readonly stderr: string;
}

function bootstrap(path = `${join(folder, 'bin')}:/usr/bin:/bin`, options: readonly string[] = []): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...options, join(folder, 'tools/bootstrap.mjs')],
      { env: { PATH: path, MUSTER_BROWSER_INSTALL: 'no' } },
      (_failed, _stdout, stderr) => resolve({ code: child.exitCode, stderr }),
    );
  });
}

const calls = async (): Promise<string[]> => (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');

test('installs once, then says and does nothing', async () => {
  await npm(INSTALL);
  expect(await bootstrap()).toEqual({ code: 0, stderr: expect.stringContaining('installing dependencies') });
  expect(await bootstrap()).toEqual({ code: 0, stderr: '' });
  expect(await calls()).toEqual(['ci --loglevel=error --no-audit --no-fund']);
});

test('installs again when the lock file has changed', async () => {
  await npm(INSTALL);
  await bootstrap();
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ packages: { 'node_modules/b': { version: '2.0.0' } } }));
  await bootstrap();
  expect(await calls()).toHaveLength(2);
});

test('leaves an installation alone that a developer made by hand', async () => {
  await npm('exit 1');
  await mkdir(join(folder, 'node_modules'));
  await writeFile(join(folder, 'node_modules/.package-lock.json'), JSON.stringify(LOCK));
  expect(await bootstrap()).toEqual({ code: 0, stderr: '' });
});

test('two starts at once install once', async () => {
  await npm(INSTALL);
  const [first, second] = await Promise.all([bootstrap(), bootstrap()]);
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(await calls()).toHaveLength(1);
});

test('takes over from a start that was killed while it installed', async () => {
  await npm(INSTALL);
  const dead = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => dead.on('exit', resolve));
  await mkdir(join(folder, '.bootstrap'));
  await writeFile(join(folder, '.bootstrap/lock'), String(dead.pid));
  expect((await bootstrap()).code).toBe(0);
  expect(await calls()).toHaveLength(1);
});

test.each([
  ['without a network', 'npm error code ENOTFOUND', /registry cannot be reached; check the network/],
  [
    'with a lock file that does not fit',
    'npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync',
    /does not fit package\.json/,
  ],
  ['with a full disk', 'npm error ENOSPC: no space left on device', /the disk is full/],
  ['for any other reason', 'npm error something else', /npm ci failed \(what npm said: .*npm\.log\)/],
])('a failure %s is told in one line, and the next start tries again', async (_case, said, expected) => {
  await npm(`echo '${said}' >&2; exit 1`);
  const { code, stderr } = await bootstrap();
  const [, ...lines] = stderr.trimEnd().split('\n');
  expect(code).toBe(1);
  expect(lines).toEqual([expect.stringMatching(expected)]);
  expect(await readFile(join(folder, '.bootstrap/npm.log'), 'utf8')).toContain(said);
  await npm(INSTALL);
  expect((await bootstrap()).code).toBe(0);
});

/** What npm says where the runtime does not start; the second try finds the library. */
const NO_LIBRARY = `if test -e "$0.library"; then ${INSTALL}; else
echo 'npm error node: error while loading shared libraries: libatomic.so.1: cannot open shared object file' >&2; exit 127; fi`;
const aptGet = (body: string): Promise<void> =>
  writeFile(join(folder, 'bin/apt-get'), `#!/bin/sh\necho "$*" >> "${folder}/apt"\n${body}\n`, { mode: 0o755 });

test.runIf(process.getuid?.() === 0)('installs the library that the runtime needs and a bare system lacks', async () => {
  await npm(NO_LIBRARY);
  await aptGet(
    `case "$1" in update) touch "${folder}/lists";; *) test -e "${folder}/lists" && touch "${folder}/bin/npm.library";; esac`,
  );
  const { code, stderr } = await bootstrap();
  expect([code, stderr]).toEqual([0, expect.stringContaining('installing libatomic1 with apt-get')]);
  const install = 'install -y -q --no-install-recommends -o DPkg::Lock::Timeout=60 libatomic1';
  expect((await readFile(join(folder, 'apt'), 'utf8')).trim().split('\n')).toEqual([install, 'update -q', install]);
});

test('a library that cannot be installed is one line that says what to do', async () => {
  await npm(NO_LIBRARY);
  await aptGet('exit 100');
  const { code, stderr } = await bootstrap();
  expect(code).toBe(1);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
    /^muster: the runtime .* needs libatomic\.so\.1, which this machine lacks, and .*; run "(sudo )?apt-get update && (sudo )?apt-get install libatomic1", then the same command again$/,
  );
});

test('says so when there is no npm', async () => {
  expect(await bootstrap(join(folder, 'bin'))).toEqual({ code: 1, stderr: expect.stringContaining('npm was not found') });
});

test('says so when Node is too old', async () => {
  await writeFile(join(folder, 'old.cjs'), "Object.defineProperty(process.versions, 'node', { value: '16.20.0' });");
  const { code, stderr } = await bootstrap(undefined, ['--require', join(folder, 'old.cjs')]);
  expect(code).toBe(1);
  expect(stderr).toBe('muster: Node 16.20.0 is too old to install it; take Node 20 or later\n');
});

test('says so when the lock file is missing', async () => {
  await rm(join(folder, 'package-lock.json'));
  expect(await bootstrap()).toEqual({ code: 1, stderr: expect.stringContaining('package-lock.json is missing') });
});
