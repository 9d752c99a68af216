import { createSecretKey } from 'node:crypto';
import { mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createVaultHome, PASSPHRASE } from '../testing/vault-things.ts';
import type { VaultHome } from '../testing/vault-things.ts';
import { openSlot } from './slot.ts';
import type { SecretPlace, Vault } from './vault.ts';
import type { Header } from './vault-file.ts';
import { readVaultFile, vaultFileIn } from './vault-file.ts';

const PLACE: SecretPlace = { provider: 'mail', accountId: 'a1', field: 'password' };

let home: VaultHome;
let passphraseFile: string;
beforeEach(async () => {
  home = await createVaultHome();
  passphraseFile = join(home.directory, 'passphrase');
  await writeFile(passphraseFile, `${PASSPHRASE}\n`, { mode: 0o600 });
});
afterEach(() => home[Symbol.asyncDispose]());

const open = (): Promise<Vault> => home.open({ env: { MUSTER_PASSPHRASE_FILE: passphraseFile } });

interface RawHeader {
  v: number;
  vaultId: string;
  slots: { id: string; source: string; kdf?: { m: number; t: number; p: number; salt: string }; wrapped: string }[];
  keys: { kid: string; wrapped: string; createdAt: number }[];
  active: string;
  mac?: string;
}
const after = async (change: (header: RawHeader) => void): Promise<unknown> => {
  await home.edit((header) => change(header as unknown as RawHeader));
  return open().then(
    () => 'opened',
    (error: unknown) => (error as { code: string }).code,
  );
};
const first = <T>(items: readonly T[]): T => items[0] as T;

test.each<[string, (header: RawHeader) => void, string]>([
  ['memory below the floor', ({ slots }) => Object.assign(first(slots).kdf ?? {}, { m: 8 }), 'VAULT_KDF'],
  ['memory that would exhaust the machine', ({ slots }) => Object.assign(first(slots).kdf ?? {}, { m: 2 ** 30 }), 'VAULT_KDF'],
  ['passes that would take forever', ({ slots }) => Object.assign(first(slots).kdf ?? {}, { t: 1_000 }), 'VAULT_KDF'],
  ['a cost that is no number of its kind', ({ slots }) => Object.assign(first(slots).kdf ?? {}, { p: 1.5 }), 'VAULT_KDF'],
  ['no salt', ({ slots }) => Object.assign(first(slots).kdf ?? {}, { salt: '' }), 'VAULT_KDF'],
  ['another cost within bounds', ({ slots }) => Object.assign(first(slots).kdf ?? {}, { t: 3 }), 'VAULT_LOCKED'],
  ['another derivation', ({ slots }) => Object.assign(first(slots).kdf ?? {}, { alg: 'md5' }), 'VAULT_CORRUPT'],
  ['a slot without its derivation', ({ slots }) => delete first(slots).kdf, 'VAULT_LOCKED'],
  ['another slot id', ({ slots }) => (first(slots).id = 'x'), 'VAULT_LOCKED'],
  ['another vault id', (header) => (header.vaultId = 'x'), 'VAULT_LOCKED'],
  ['no slots', (header) => (header.slots = []), 'VAULT_NO_KEY'],
  ['a slot twice', ({ slots }) => slots.push(first(slots)), 'VAULT_TAMPERED'],
  ['no data keys', (header) => (header.keys = []), 'VAULT_TAMPERED'],
  ['a data key of another age', ({ keys }) => (first(keys).createdAt += 1), 'VAULT_TAMPERED'],
  ['no code over it', (header) => delete header.mac, 'VAULT_TAMPERED'],
  ['an empty code', (header) => (header.mac = ''), 'VAULT_TAMPERED'],
  ['another active key', (header) => (header.active = '0'.repeat(16)), 'VAULT_TAMPERED'],
  ['a later version', (header) => (header.v = 2), 'VAULT_VERSION'],
  ['something more', (header) => Object.assign(header, { more: 1 }), 'VAULT_CORRUPT'],
])('a vault.json with %s is refused', async (_, change, code) => {
  await open();
  expect(await after(change)).toBe(code);
});

test('an old data key cannot be made the active one again', async () => {
  const vault = await open();
  await vault.rotate();
  expect(await after((header) => (header.active = first(header.keys).kid))).toBe('VAULT_TAMPERED');
});

test('data keys cannot change their names', async () => {
  const vault = await open();
  await vault.rotate();
  const swapped = await after(({ keys }) => {
    const [one, two] = keys as [RawHeader['keys'][0], RawHeader['keys'][0]];
    [one.wrapped, two.wrapped] = [two.wrapped, one.wrapped];
  });
  expect(swapped).toBe('VAULT_TAMPERED');
});

test('a vault.json cut short anywhere is refused', async () => {
  await open();
  const path = vaultFileIn(home.directory);
  const whole = await readFile(path);
  for (let size = 0; size < whole.length - 1; size += 37) {
    await writeFile(path, whole);
    await truncate(path, size);
    await expect(open()).rejects.toMatchObject({ code: 'VAULT_CORRUPT' });
  }
});

test('a flipped bit anywhere in vault.json is noticed', async () => {
  await home.open();
  const path = vaultFileIn(home.directory);
  const whole = await readFile(path);
  // Between the members, one kind of space in the place of another changes nothing.
  const content = (bytes: Buffer): string => bytes.toString('latin1').replaceAll(/[ \t\n\r]/g, '');
  const codes: string[] = [];
  for (let at = 0; at < whole.length; at += 1) {
    const changed = Buffer.from(whole);
    changed.writeUInt8(changed.readUInt8(at) ^ (1 << (at % 8)), at);
    await writeFile(path, changed);
    const code = await home.open().then(
      () => 'opened',
      (error: unknown) => (error as { code: string }).code,
    );
    if (content(changed) !== content(whole)) codes.push(`${at} ${code}`);
  }
  expect(codes.length).toBeGreaterThan(500);
  expect(codes.filter((text) => !/^\d+ VAULT_/.test(text))).toEqual([]);
});

test.each(['null', '[]', '5', '"x"', '{}', '{"v":1}', '{"v":"1"}', '\0'.repeat(100)])(
  'vault.json with %j is refused',
  async (text) => {
    await writeFile(vaultFileIn(home.directory), text);
    await expect(open()).rejects.toMatchObject({ code: 'VAULT_CORRUPT' });
  },
);

test('a vault.json that is a link, a folder or far too large is refused', async () => {
  await open();
  const path = vaultFileIn(home.directory);
  await writeFile(path, ' '.repeat(2 ** 20 + 1));
  await expect(open()).rejects.toMatchObject({ code: 'VAULT_CORRUPT', message: expect.stringContaining('larger') });
  await rm(path);
  await symlink(passphraseFile, path);
  await expect(open()).rejects.toMatchObject({ code: 'VAULT_CORRUPT' });
  await rm(path);
  await mkdir(path);
  await expect(open()).rejects.toMatchObject({ code: 'VAULT_CORRUPT' });
});

test('neither the file nor what is known of an open vault shows a key', async () => {
  const vault = await open();
  vault.seal('CANARY', PLACE);
  const text = await readFile(vaultFileIn(home.directory), 'utf8');
  const header = (await readVaultFile(vaultFileIn(home.directory))) as Header;
  const root = await openSlot(header, { passphrase: PASSPHRASE });
  const bytes = (root ?? createSecretKey(Buffer.alloc(1))).export();
  for (const shown of [text, JSON.stringify(vault.status()), JSON.stringify(vault)])
    for (const spelling of ['hex', 'base64'] as const) expect(shown).not.toContain(bytes.toString(spelling));
  expect(text).not.toMatch(/CANARY|correct horse/);
});
