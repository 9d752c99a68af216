import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRandom } from '../adapters/random.ts';
import { createVaultHome, PASSPHRASE } from '../testing/vault-things.ts';
import type { VaultHome } from '../testing/vault-things.ts';
import type { SecretPlace } from './vault.ts';

const PLACE: SecretPlace = { provider: 'mail', accountId: 'a1', field: 'password' };

let home: VaultHome;
let elsewhere: string;
let keyFile: string;
beforeEach(async () => {
  home = await createVaultHome();
  elsewhere = await mkdtemp(join(tmpdir(), 'muster-keys-'));
  keyFile = join(home.directory, '.encryption_key');
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
  await rm(elsewhere, { recursive: true });
});

const newKey = (): string => Buffer.from(createRandom().bytes(32)).toString('hex');
const put = async (name: string, text: string): Promise<string> => {
  await writeFile(join(elsewhere, name), text, { mode: 0o600 });
  return join(elsewhere, name);
};

test('the first start makes a key file beside the data, and says what it does not protect from', async () => {
  const vault = await home.open();
  expect(await readFile(keyFile, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  for (const path of [keyFile, join(home.directory, 'vault.json')]) expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(vault.status()).toMatchObject({
    state: 'open',
    openedBy: 'key-file',
    keys: 1,
    slots: [{ type: 'key', source: 'key-file' }],
  });
  expect(vault.status().warnings).toEqual([expect.stringMatching(/beside the data.*add-slot/)]);
  const sealed = vault.seal('hunter2', PLACE);
  expect((await home.open()).open(sealed, PLACE)).toBe('hunter2');
  expect((await readdir(home.directory)).toSorted()).toEqual(['.encryption_key', 'vault.json']);
});

test('a key file elsewhere is made where it is named, without the warning', async () => {
  const env = { MUSTER_KEY_FILE: join(elsewhere, 'key') };
  const vault = await home.open({ env });
  expect(vault.status()).toMatchObject({ openedBy: 'key-file', warnings: [] });
  expect(await readdir(home.directory)).toEqual(['vault.json']);
  expect((await home.open({ env: { ...env } })).status().openedBy).toBe('key-file');
  await expect(home.open({ env: { MUSTER_KEY_FILE: join(elsewhere, 'no', 'key') } })).rejects.toMatchObject({
    code: 'VAULT_NO_KEY',
  });
});

test('the environment comes before the key file, and is cleared', async () => {
  const env: Record<string, string> = { ACCOUNT_ENCRYPTION_KEY: newKey(), OTHER: 'x' };
  const again = { ...env };
  const vault = await home.open({ env });
  expect(env).toEqual({ OTHER: 'x' });
  expect(vault.status()).toMatchObject({ openedBy: 'environment', warnings: [expect.stringContaining('/proc')] });
  expect(await readdir(home.directory)).toEqual(['vault.json']);
  await writeFile(keyFile, newKey(), { mode: 0o600 });
  expect((await home.open({ env: again })).status().openedBy).toBe('environment');
});

test('a passphrase comes from a file, with or without a line end', async () => {
  const path = await put('passphrase', `${PASSPHRASE}\n`);
  const vault = await home.open({ env: { MUSTER_PASSPHRASE_FILE: path } });
  expect(vault.status()).toMatchObject({
    openedBy: 'passphrase',
    slots: [{ type: 'passphrase', source: 'passphrase' }],
    warnings: [],
  });
  await put('passphrase', PASSPHRASE);
  expect((await home.open({ env: { MUSTER_PASSPHRASE_FILE: path } })).status().state).toBe('open');
  await put('passphrase', '\n');
  await expect(home.open({ env: { MUSTER_PASSPHRASE_FILE: path } })).rejects.toMatchObject({ code: 'VAULT_KEY_FILE' });
});

test('credentials of the service manager are found', async () => {
  await put('muster-key', newKey());
  await chmod(join(elsewhere, 'muster-key'), 0o440);
  const first = await home.open({ env: { CREDENTIALS_DIRECTORY: elsewhere } });
  expect(first.status().openedBy).toBe('key-file');
  await first.addSlot({ passphrase: PASSPHRASE });
  await rm(join(elsewhere, 'muster-key'));
  await put('muster-passphrase', PASSPHRASE);
  expect((await home.open({ env: { CREDENTIALS_DIRECTORY: elsewhere } })).status().openedBy).toBe('passphrase');
});

test('a person and the keychain are asked last, and only when nothing before them opens the vault', async () => {
  const key = newKey();
  const vault = await home.open();
  await vault.addSlot({ passphrase: PASSPHRASE });
  const keychainSlot = await vault.addSlot({ key });
  const never = (): never => {
    throw new Error('asked');
  };
  expect((await home.open({ askPassphrase: never, keychain: never })).status().openedBy).toBe('key-file');
  await rm(keyFile);
  const asked = await home.open({ askPassphrase: () => Promise.resolve(PASSPHRASE), keychain: never });
  expect(asked.status().openedBy).toBe('passphrase');
  const ids: string[] = [];
  const keychain = (id: string): Promise<string> => Promise.resolve(ids.push(id) > 0 ? key : '');
  expect((await home.open({ askPassphrase: () => Promise.resolve(undefined), keychain })).status().openedBy).toBe('keychain');
  expect(ids).toHaveLength(1);
  await vault.removeSlot(keychainSlot);
  await expect(home.open({ keychain })).rejects.toMatchObject({ code: 'VAULT_NO_KEY' });
});

test('a vault without its key is refused, with the places that were looked at', async () => {
  await home.open();
  await rename(keyFile, join(elsewhere, 'moved'));
  const keychain = (): never => {
    throw new Error('AccessDenied');
  };
  const message =
    /ACCOUNT_ENCRYPTION_KEY; .*\.encryption_key; a passphrase; the keychain, which could not be asked: AccessDenied/;
  await expect(home.open({ keychain })).rejects.toMatchObject({ code: 'VAULT_NO_KEY', message: expect.stringMatching(message) });
  const locked = await home.open({ allowLocked: true });
  expect(locked.status()).toMatchObject({ state: 'locked', openedBy: null, warnings: [expect.stringContaining('no key')] });
  await locked.unlock({ key: await readFile(join(elsewhere, 'moved'), 'utf8') });
  expect(locked.open(locked.seal('x', PLACE), PLACE)).toBe('x');
  expect(locked.status().warnings).toEqual([]);
});

test('a key that was named and is wrong is an error at once, not a reason to look further', async () => {
  await home.open();
  const wrong = await put('key', newKey());
  await expect(home.open({ env: { ACCOUNT_ENCRYPTION_KEY: newKey() } })).rejects.toMatchObject({
    code: 'VAULT_LOCKED',
    message: expect.stringContaining('ACCOUNT_ENCRYPTION_KEY') as string,
  });
  await expect(home.open({ env: { MUSTER_KEY_FILE: wrong }, allowLocked: true })).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
});

test('a key file that is left over does not keep the passphrase from opening the vault', async () => {
  const vault = await home.open();
  await vault.addSlot({ passphrase: PASSPHRASE });
  await writeFile(keyFile, newKey());
  const path = await put('passphrase', PASSPHRASE);
  expect((await home.open({ env: { MUSTER_PASSPHRASE_FILE: path } })).status().openedBy).toBe('passphrase');
  await expect(home.open()).rejects.toMatchObject({
    code: 'VAULT_NO_KEY',
    message: expect.stringContaining('does not open it') as string,
  });
});

test.each([
  ['weak', '0'.repeat(64), 'VAULT_WEAK_KEY'],
  ['the default of old', 'default-encryption-key-change-me!!', 'VAULT_KEY_FORMAT'],
])('a key that is %s is refused wherever it comes from, and no vault is made', async (_, key, code) => {
  await expect(home.open({ env: { ACCOUNT_ENCRYPTION_KEY: key } })).rejects.toMatchObject({ code });
  await expect(home.open({ env: { MUSTER_KEY_FILE: await put('key', key) } })).rejects.toMatchObject({ code });
  expect(await readdir(home.directory)).toEqual([]);
});

test('a new vault refuses a weak passphrase', async () => {
  const path = await put('passphrase', 'password1');
  await expect(home.open({ env: { MUSTER_PASSPHRASE_FILE: path } })).rejects.toMatchObject({ code: 'VAULT_WEAK_KEY' });
});

test('a key file that others can read is refused, before and after there is a vault', async () => {
  await writeFile(keyFile, newKey());
  await chmod(keyFile, 0o644);
  await expect(home.open()).rejects.toMatchObject({ code: 'VAULT_KEY_FILE' });
  await chmod(keyFile, 0o600);
  await home.open();
  await chmod(keyFile, 0o640);
  await expect(home.open()).rejects.toMatchObject({ code: 'VAULT_KEY_FILE' });
});

test('when vault.json is gone but its seals are there, no new vault hides the loss', async () => {
  const vault = await home.open();
  const sealed = vault.seal('hunter2', PLACE);
  const path = join(home.directory, 'vault.json');
  const backup = await readFile(path);
  await rm(path);
  const holdsSecrets = (): Promise<boolean> => Promise.resolve(sealed.startsWith('mv1:'));
  await expect(home.open({ holdsSecrets })).rejects.toMatchObject({
    code: 'VAULT_CORRUPT',
    message: expect.stringContaining('is gone') as string,
  });
  expect(await readdir(home.directory)).toEqual(['.encryption_key']);
  await writeFile(path, backup);
  expect((await home.open({ holdsSecrets })).open(sealed, PLACE)).toBe('hunter2');
});

test('what a crash left of writing is cleared away, and rights that a copy widened are narrowed', async () => {
  await home.open();
  for (const name of ['vault.json.new', '.encryption_key.new']) await writeFile(join(home.directory, name), 'torn');
  await chmod(join(home.directory, 'vault.json'), 0o644);
  await home.open();
  expect((await readdir(home.directory)).toSorted()).toEqual(['.encryption_key', 'vault.json']);
  expect((await stat(join(home.directory, 'vault.json'))).mode & 0o777).toBe(0o600);
});

test('when vault.json cannot be written, nothing changes and the vault goes on', async () => {
  const vault = await home.open();
  const sealed = vault.seal('hunter2', PLACE);
  const before = vault.status();
  await mkdir(join(home.directory, 'vault.json.new'));
  await expect(vault.rotate()).rejects.toMatchObject({ code: 'DATA_DIR' });
  await expect(vault.addSlot({ passphrase: PASSPHRASE })).rejects.toMatchObject({ code: 'DATA_DIR' });
  expect(vault.status()).toEqual(before);
  expect(vault.open(sealed, PLACE)).toBe('hunter2');
  await rm(join(home.directory, 'vault.json.new'), { recursive: true });
  await vault.rotate();
  expect((await home.open()).open(sealed, PLACE)).toBe('hunter2');
});

test('the environment of the process itself is cleared, so that no child sees the key', async () => {
  const script = `
    const { openVault } = await import(${JSON.stringify(new URL('open-vault.ts', import.meta.url).href)});
    const { createClock } = await import(${JSON.stringify(new URL('../adapters/clock.ts', import.meta.url).href)});
    const { createRandom } = await import(${JSON.stringify(new URL('../adapters/random.ts', import.meta.url).href)});
    const { execFileSync } = await import('node:child_process');
    const vault = await openVault({ directory: process.argv[1], clock: createClock(), random: createRandom() });
    console.log(JSON.stringify({ by: vault.status().openedBy, child: execFileSync('env').toString() }));
  `;
  const key = newKey();
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=muster:source', '--input-type=module', '-e', script, home.directory],
    { env: { PATH: process.env['PATH'], ACCOUNT_ENCRYPTION_KEY: key } },
  );
  expect(stdout).toContain('"by":"environment"');
  expect(stdout).not.toContain(key);
});
