import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seal, unseal, type DeriveKey } from './format.ts';
import { pack, unpack } from './pack.ts';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'muster-profile-'))));
afterAll(() => rm(folder, { recursive: true }));

const passphrase = 'correct horse battery';
const about = { passphrase, clientId: 'one', now: 0 };
/** Where a file is opened many times; the slow one is used where a profile goes there and back. */
const quickly: DeriveKey = async (word, salt) => createHash('sha256').update(salt).update(word).digest();
const all = async (pieces: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const whole: Uint8Array[] = [];
  for await (const piece of pieces) whole.push(piece);
  return Buffer.concat(whole);
};
const of = async function* (...pieces: (string | Uint8Array)[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
};

test('a profile comes back as it was, without what a browser makes anew', async () => {
  const profile = join(folder, 'profile');
  await mkdir(join(profile, 'Default', 'Local Storage'), { recursive: true });
  await mkdir(join(profile, 'Default', 'Cache'), { recursive: true });
  const big = Buffer.alloc(3_000_000, 'login');
  await writeFile(join(profile, 'Default', 'Local Storage', '000003.log'), big);
  await writeFile(join(profile, 'Local State'), '{}');
  await writeFile(join(profile, 'Empty'), '');
  await writeFile(join(profile, 'Default', 'Cache', 'x'), 'x');
  await writeFile(join(profile, 'DevToolsActivePort'), '1');
  const sealed = await all(seal(pack(profile), about));
  expect(sealed.includes('login'), 'nothing of it can be read').toBe(false);
  const back = join(folder, 'back');
  await mkdir(back);
  expect(await unpack(unseal(of(sealed.subarray(0, 100), sealed.subarray(100)), passphrase), back)).toBe(3);
  expect(await readFile(join(back, 'Default', 'Local Storage', '000003.log'))).toEqual(big);
  expect((await readdir(back)).toSorted()).toEqual(['Default', 'Empty', 'Local State']);
  expect(await readdir(join(back, 'Default'))).toEqual(['Local Storage']);
});

test('another passphrase, a change, a cut and a foreign file are told apart and refused', async () => {
  const sealed = await all(seal(of(Buffer.alloc(2_500_000, 'x')), about, quickly));
  const read = (file: Buffer, word = passphrase): Promise<Buffer> => all(unseal(of(file), word, quickly));
  await expect(read(sealed, 'another passphrase')).rejects.toThrow('The passphrase does not open this file');
  const changed = Buffer.from(sealed);
  changed[sealed.length - 5] = (changed[sealed.length - 5] ?? 0) ^ 1;
  await expect(read(changed)).rejects.toThrow('a piece is damaged or missing');
  await expect(read(sealed.subarray(0, sealed.length - 400_000))).rejects.toThrow('it ends too early');
  // Cut between two pieces: the one that is last now was not sealed as the last.
  const head = sealed.indexOf(10) + 1;
  await expect(read(sealed.subarray(0, head + 4 + 1_048_576 + 16))).rejects.toThrow(/does not open|damaged/);
  await expect(read(Buffer.from('hello\n'))).rejects.toThrow('its first line is something else');
  await expect(read(Buffer.alloc(10_000, 'x'))).rejects.toThrow('its first line is something else');
  await expect(read(Buffer.alloc(0))).rejects.toThrow('its first line is something else');
  expect((await read(sealed)).length).toBe(2_500_000);
});

// An absolute name stands below the folder like any other; no name at all is the end of the list.
test.each([
  ['../out', 'leads elsewhere'],
  ['a/../../out', 'leads elsewhere'],
  ['/etc/out', '1 file'],
  ['', '0 file'],
])('of a file called “%s”: %s', async (name, outcome) => {
  const bytes = Buffer.from(name);
  const head = Buffer.alloc(2);
  head.writeUInt16BE(bytes.length);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(1n);
  const target = await mkdtemp(join(folder, 'target-'));
  const done = await unpack(of(head, bytes, size, 'x', Buffer.alloc(2)), target).then(
    (count) => `${count} file`,
    (error: unknown) => String(error),
  );
  expect(done).toContain(outcome);
  expect(await readdir(folder)).not.toContain('out');
});
