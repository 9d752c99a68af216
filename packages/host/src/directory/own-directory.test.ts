import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directoryError, prepareDataDirectory } from './data-directory.ts';
import { ownDirectory } from './own-directory.ts';
import { prepareSocketPath } from './socket-path.ts';

let root: string;
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'muster-own-'))));
afterEach(() => rm(root, { recursive: true, force: true }));

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('a data directory', () => {
  it('is made private, with its parents', async () => {
    const path = await prepareDataDirectory(join(root, 'a/b'));
    expect(await modeOf(path)).toBe(0o700);
  });

  it('of ours that others can read is closed to them', async () => {
    await mkdir(join(root, 'open'));
    await chmod(join(root, 'open'), 0o755);
    await prepareDataDirectory(join(root, 'open'));
    expect(await modeOf(join(root, 'open'))).toBe(0o700);
  });

  it('that several people share is refused and left as it is', async () => {
    await mkdir(join(root, 'shared'));
    await chmod(join(root, 'shared'), 0o1777);
    await expect(prepareDataDirectory(join(root, 'shared'))).rejects.toMatchObject({
      code: 'DATA_DIR',
      message: /not a folder for one program/,
    });
    expect(await modeOf(join(root, 'shared'))).toBe(0o777);
  });

  it('where no folder can be made is refused at once', async () => {
    await expect(prepareDataDirectory('/proc/muster/data')).rejects.toMatchObject({ code: 'DATA_DIR' });
  });

  it('that is a file is refused', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(prepareDataDirectory(join(root, 'file'))).rejects.toMatchObject({
      code: 'DATA_DIR',
      message: /file of that name/,
    });
    await expect(prepareDataDirectory(join(root, 'file/below'))).rejects.toMatchObject({
      code: 'DATA_DIR',
      message: /is a file/,
    });
  });

  it.each([
    ['ENOSPC', /disk is full/],
    ['EROFS', /read-only/],
    ['EACCES', /chown/],
  ])('error %s says what to do', (code, expected) => {
    const error = directoryError('/d', Object.assign(new Error('x'), { code }));
    expect(error).toMatchObject({ code: 'DATA_DIR', message: expected });
  });
});

describe('the lock', () => {
  it('refuses a second host, naming the first and how to reach it', async () => {
    const first = await ownDirectory(root);
    await first.announce({ pid: 4711, version: '0', startedAt: 1, socket: '/s', tcp: null });
    await expect(ownDirectory(root)).rejects.toMatchObject({ code: 'HOST_RUNS', message: /pid 4711.*muster --data/ });
    await first.release();
    await (await ownDirectory(root)).release();
  });

  it('sees the same directory behind a symbolic link', async () => {
    const first = await ownDirectory(root);
    await symlink(root, `${root}-link`);
    await expect(ownDirectory(`${root}-link`)).rejects.toMatchObject({ code: 'HOST_RUNS' });
    await rm(`${root}-link`);
    await first.release();
  });

  it('keeps its files to itself', async () => {
    const owned = await ownDirectory(root);
    await owned.announce({ pid: 1, version: '0', startedAt: 1, socket: null, tcp: null });
    expect(await modeOf(join(root, 'host.lock'))).toBe(0o600);
    expect(await modeOf(join(root, 'host.json'))).toBe(0o600);
    await owned.release();
    await expect(readFile(join(root, 'host.json'))).rejects.toThrow('ENOENT');
  });

  it('is not taken for one when host.lock is something else', async () => {
    await writeFile(join(root, 'host.lock'), 'not a database, but long enough to be looked at'.repeat(40));
    await expect(ownDirectory(root)).rejects.toMatchObject({ code: 'DATA_DIR', message: /Move it away/ });
  });

  it('dies with a holder that is killed', async () => {
    const lock = new URL('./host-lock.ts', import.meta.url).href;
    // What it returns is dropped on purpose: a lock must not end because nobody keeps a reference to it.
    const script = `import { takeHostLock } from ${JSON.stringify(lock)}; if (takeHostLock(${JSON.stringify(root)})) gc(), console.log('held'); setInterval(() => {}, 1e6);`;
    const child = spawn(process.execPath, ['--expose-gc', '--conditions=muster:source', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await expect(ownDirectory(root)).rejects.toMatchObject({ code: 'HOST_RUNS' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await ownDirectory(root)).release();
  });
});

describe('the socket path', () => {
  it('is short however deep the data directory lies, and private', async () => {
    // As short as the folder of a user is, however long the one of these tests.
    const runtime = await mkdtemp('/tmp/muster-');
    const path = await prepareSocketPath(`/${'deep/'.repeat(80)}`, { XDG_RUNTIME_DIR: runtime });
    expect(path.startsWith(runtime)).toBe(true);
    expect(await modeOf(join(path, '..'))).toBe(0o700);
    expect(await prepareSocketPath('/other', { XDG_RUNTIME_DIR: runtime })).not.toBe(path);
    await rm(runtime, { recursive: true });
  });

  it('is refused when the runtime folder makes it too long', async () => {
    const long = join(root, 'x'.repeat(100));
    await mkdir(long);
    await expect(prepareSocketPath('/d', { XDG_RUNTIME_DIR: long })).rejects.toMatchObject({
      code: 'DATA_DIR',
      message: /too long/,
    });
  });

  it('is refused where a link stands in for the folder', async () => {
    await symlink('/tmp', join(root, 'muster'));
    await expect(prepareSocketPath('/d', { XDG_RUNTIME_DIR: root })).rejects.toMatchObject({ code: 'DATA_DIR' });
  });
});
