import { execFile } from 'node:child_process';
import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRandom } from '../adapters/random.ts';
import { clearKeyFileLeftovers, createKeyFile, readKeyFile } from './key-file.ts';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'muster-key-'));
  path = join(directory, '.encryption_key');
});
afterEach(() => rm(directory, { recursive: true }));

const write = async (mode = 0o600, text = 'some text\n'): Promise<void> => {
  await writeFile(path, text);
  await chmod(path, mode);
};
const refusal = (why: string): unknown =>
  expect.objectContaining({ code: 'VAULT_KEY_FILE', message: expect.stringContaining(why) });

test('reads a file that only its owner can use; there may be none', async () => {
  expect(await readKeyFile(path)).toBeUndefined();
  await write();
  expect(await readKeyFile(path)).toBe('some text\n');
  await chmod(path, 0o400);
  expect(await readKeyFile(path)).toBe('some text\n');
});

test.each([0o644, 0o640, 0o660, 0o604, 0o602, 0o610, 0o601, 0o777])('refuses a file of mode %o', async (mode) => {
  await write(mode);
  await expect(readKeyFile(path)).rejects.toEqual(refusal(`mode ${mode.toString(8)}`));
});

test('refuses a symbolic link, also one that leads nowhere', async () => {
  await write();
  await symlink(path, join(directory, 'link'));
  await symlink(join(directory, 'nothing'), join(directory, 'dangling'));
  for (const name of ['link', 'dangling'])
    await expect(readKeyFile(join(directory, name))).rejects.toEqual(refusal('symbolic link'));
});

test('refuses the file of another user', async () => {
  await write();
  await expect(readKeyFile(path, { uid: 12_345 })).rejects.toEqual(refusal('not to user 12345'));
});

test('refuses a directory, a hard link, and a file that is too large', async () => {
  await mkdir(path);
  await expect(readKeyFile(path)).rejects.toEqual(refusal('not a regular file'));
  await rm(path, { recursive: true });
  await write();
  await link(path, join(directory, 'second'));
  await expect(readKeyFile(path)).rejects.toEqual(refusal('2 names'));
  await rm(join(directory, 'second'));
  await truncate(path, 1_025);
  await expect(readKeyFile(path)).rejects.toEqual(refusal('larger'));
});

test('refuses a pipe at once, and does not wait for a writer', async () => {
  await promisify(execFile)('mkfifo', ['-m', '600', path]);
  await expect(readKeyFile(path)).rejects.toEqual(refusal('not a regular file'));
});

test('a credential of the service manager may be readable for the group, and no more', async () => {
  await write(0o440);
  expect(await readKeyFile(path, { byServiceManager: true })).toBe('some text\n');
  await chmod(path, 0o444);
  await expect(readKeyFile(path, { byServiceManager: true })).rejects.toEqual(refusal('mode 444'));
  await chmod(path, 0o460);
  await expect(readKeyFile(path, { byServiceManager: true })).rejects.toEqual(refusal('mode 460'));
});

test('a new key file is 64 hex characters, for its owner only, and never replaces one', async () => {
  const text = await createKeyFile(path, createRandom());
  expect(text).toMatch(/^[0-9a-f]{64}$/);
  expect(await readFile(path, 'utf8')).toBe(`${text}\n`);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await expect(createKeyFile(path, createRandom())).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await readFile(path, 'utf8')).toBe(`${text}\n`);
  expect(await readdir(directory)).toEqual(['.encryption_key']);
});

test('a crash between making and naming the file leaves one that can be read', async () => {
  await createKeyFile(path, createRandom());
  await link(path, `${path}.new`);
  await expect(readKeyFile(path)).rejects.toEqual(refusal('2 names'));
  await clearKeyFileLeftovers(path);
  expect(await readKeyFile(path)).toMatch(/^[0-9a-f]{64}\n$/);
});
