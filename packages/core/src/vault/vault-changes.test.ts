import { createCipheriv } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRandom } from '../adapters/random.ts';
import { createTestClock } from '../testing/test-clock.ts';
import { createVaultHome, PASSPHRASE } from '../testing/vault-things.ts';
import type { VaultHome } from '../testing/vault-things.ts';
import type { SecretPlace } from './vault.ts';

const PLACE: SecretPlace = { provider: 'mail', accountId: 'a1', field: 'password' };
const MINUTE = 60_000;

let home: VaultHome;
beforeEach(async () => {
  home = await createVaultHome();
});
afterEach(() => home[Symbol.asyncDispose]());

const newKey = (): Buffer => Buffer.from(createRandom().bytes(32));
const legacy = (text: string, key: Buffer): string => {
  const iv = newKey().subarray(0, 12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const ciphertext = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([iv, ciphertext, cipher.getAuthTag()]).toString('base64');
};

test('after a rotation old values open and are to be resealed, new ones are not', async () => {
  const vault = await home.open();
  const old = vault.seal('hunter2', PLACE);
  await vault.rotate();
  const fresh = vault.seal('hunter2', PLACE);
  for (const one of [vault, await home.open()]) {
    expect([one.open(old, PLACE), one.open(fresh, PLACE)]).toEqual(['hunter2', 'hunter2']);
    expect([one.needsReseal(old), one.needsReseal(fresh)]).toEqual([true, false]);
    expect(one.status()).toMatchObject({ keys: 2, activeKey: fresh.slice(4, 20) });
  }
});

test('an old key goes when nothing needs it: not while it is named, nor while a value may be on its way', async () => {
  const clock = createTestClock();
  const vault = await home.open({ clock });
  const old = vault.seal('hunter2', PLACE);
  await vault.rotate();
  await vault.retireKeys();
  expect(vault.open(old, PLACE)).toBe('hunter2');
  await clock.advance(10 * MINUTE);
  await vault.retireKeys(new Set([old.slice(4, 20)]));
  expect(vault.open(old, PLACE)).toBe('hunter2');
  await vault.retireKeys();
  expect(vault.status().keys).toBe(1);
  expect(() => vault.open(old, PLACE)).toThrow(expect.objectContaining({ code: 'VAULT_UNKNOWN_KEY' }));
});

test('a key that an earlier process replaced can go at once', async () => {
  await (await home.open()).rotate();
  const vault = await home.open();
  await vault.retireKeys();
  expect(vault.status().keys).toBe(1);
});

test('slots come and go; the last one stays', async () => {
  const vault = await home.open();
  const key = newKey().toString('base64');
  const sealed = vault.seal('hunter2', PLACE);
  const ids = [await vault.addSlot({ passphrase: PASSPHRASE }), await vault.addSlot({ key })];
  expect(vault.status().slots.map(({ type, source }) => `${type} ${source}`)).toEqual([
    'key key-file',
    'passphrase passphrase',
    'key given',
  ]);
  expect((await home.open({ env: { ACCOUNT_ENCRYPTION_KEY: key } })).open(sealed, PLACE)).toBe('hunter2');
  await vault.removeSlot(vault.status().slots[0]?.id ?? '');
  await vault.removeSlot(ids[1] ?? '');
  await expect(vault.removeSlot(ids[0] ?? '')).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(vault.removeSlot('nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const again = await home.open({ askPassphrase: () => Promise.resolve(PASSPHRASE) });
  expect(again.open(sealed, PLACE)).toBe('hunter2');
});

test('weak keys and passphrases do not become slots', async () => {
  const vault = await home.open();
  await expect(vault.addSlot({ passphrase: 'password1' })).rejects.toMatchObject({ code: 'VAULT_WEAK_KEY' });
  await expect(vault.addSlot({ key: '0'.repeat(64) })).rejects.toMatchObject({ code: 'VAULT_WEAK_KEY' });
  await expect(vault.addSlot({ key: 'words' })).rejects.toMatchObject({ code: 'VAULT_KEY_FORMAT' });
  expect(vault.status().slots).toHaveLength(1);
});

test('changes that are asked for at the same time all count', async () => {
  const vault = await home.open();
  await Promise.all([
    vault.rotate(),
    vault.addSlot({ passphrase: PASSPHRASE }),
    vault.rotate(),
    vault.addSlot({ key: newKey().toString('hex') }),
  ]);
  expect((await home.open()).status()).toMatchObject({ keys: 3, slots: { length: 3 } });
});

test('more slots or data keys than a vault.json may hold are refused, and the vault opens all the same', async () => {
  const vault = await home.open();
  const addKey = (): Promise<string> => vault.addSlot({ key: newKey().toString('hex') });
  for (let slot = 1; slot < 64; slot += 1) await addKey();
  await expect(addKey()).rejects.toMatchObject({ code: 'CONFLICT' });
  const file = join(home.directory, 'vault.json');
  for (let key = 1; key < 200; key += 1) await vault.rotate();
  await expect(vault.rotate()).rejects.toMatchObject({ code: 'CONFLICT' });
  expect((await readFile(file)).length).toBeLessThan(2 ** 20);
  expect((await home.open()).status()).toMatchObject({ keys: 200, slots: { length: 64 } });
});

test('a locked vault does nothing but unlock', async () => {
  const vault = await home.open();
  await vault.addSlot({ passphrase: PASSPHRASE });
  const sealed = vault.seal('hunter2', PLACE);
  vault.lock();
  expect(vault.status()).toMatchObject({ state: 'locked', openedBy: null });
  const locked = expect.objectContaining({ code: 'VAULT_LOCKED' });
  expect(() => vault.seal('x', PLACE)).toThrow(locked);
  expect(() => vault.open(sealed, PLACE)).toThrow(locked);
  for (const change of [vault.rotate(), vault.retireKeys(), vault.removeSlot('x'), vault.addSlot({ passphrase: PASSPHRASE })])
    await expect(change).rejects.toEqual(locked);
  await vault.unlock({ passphrase: PASSPHRASE });
  expect(vault.open(sealed, PLACE)).toBe('hunter2');
  expect(vault.status().openedBy).toBe('passphrase');
  vault.lock();
  await vault.unlock({ key: await readFile(join(home.directory, '.encryption_key'), 'utf8') });
  expect(vault.open(sealed, PLACE)).toBe('hunter2');
});

test('a passphrase is the same however its characters are composed', async () => {
  const vault = await home.open();
  await vault.addSlot({ passphrase: 'pa\u0308ssword ist lang' });
  vault.lock();
  await vault.unlock({ passphrase: 'p\u00e4ssword ist lang' });
  expect(vault.status().state).toBe('open');
});

test('who tries wrong keys waits longer and longer, also at the same time, and one right try ends it', async () => {
  const clock = createTestClock();
  const vault = await home.open({ clock });
  await vault.addSlot({ passphrase: PASSPHRASE });
  vault.lock();
  const wrong = (): Promise<unknown> =>
    vault.unlock({ passphrase: 'wrong' }).then(
      () => 'opened',
      (error: unknown) => (error as { retryAfterMs?: number }).retryAfterMs ?? 0,
    );
  expect(await Promise.all([wrong(), wrong(), wrong(), wrong(), wrong()])).toEqual([0, 0, 1_000, 1_000, 1_000]);
  await expect(vault.unlock({ passphrase: PASSPHRASE })).rejects.toMatchObject({ code: 'VAULT_LOCKED', retryAfterMs: 1_000 });
  await clock.advance(1_000);
  expect(await wrong()).toBe(2_000);
  for (let tries = 0; tries < 12; tries += 1) {
    await clock.advance(300_000);
    await wrong();
  }
  await clock.advance(299_999);
  await expect(vault.unlock({ passphrase: PASSPHRASE })).rejects.toMatchObject({ retryAfterMs: 1 });
  await clock.advance(1);
  await vault.unlock({ passphrase: PASSPHRASE });
  vault.lock();
  expect(await wrong()).toBe(0);
});

test('text that is no key is refused without counting as a try', async () => {
  const vault = await home.open();
  vault.lock();
  for (let tries = 0; tries < 5; tries += 1)
    await expect(vault.unlock({ key: 'words' })).rejects.toMatchObject({ code: 'VAULT_KEY_FORMAT' });
});

test('a wrong try does not lock a vault that is open', async () => {
  const vault = await home.open();
  await expect(vault.unlock({ passphrase: 'wrong' })).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
  expect(vault.status().state).toBe('open');
});

test('it locks by itself when nothing was sealed or opened for so long', async () => {
  const clock = createTestClock();
  const vault = await home.open({ clock, lockAfterIdleMs: 10 * MINUTE });
  await clock.advance(9 * MINUTE);
  vault.seal('x', PLACE);
  await clock.advance(9 * MINUTE);
  expect(vault.status().state).toBe('open');
  await clock.advance(2 * MINUTE);
  expect(vault.status().state).toBe('locked');
  await vault.unlock({ key: await readFile(join(home.directory, '.encryption_key'), 'utf8') });
  await clock.advance(11 * MINUTE);
  expect(vault.status().state).toBe('locked');
});

test('values of the older format open with the key that was given, and are to be resealed', async () => {
  const key = newKey();
  await writeFile(join(home.directory, '.encryption_key'), key.toString('hex'), { mode: 0o600 });
  const vault = await home.open();
  const old = legacy('hunter2', key);
  expect(vault.open(old, PLACE)).toBe('hunter2');
  expect(vault.needsReseal(old)).toBe(true);
  expect(() => vault.open(legacy('x', newKey()), PLACE)).toThrow(expect.objectContaining({ code: 'VAULT_TAMPERED' }));
  expect(() => vault.open('encrypted_password_here', PLACE)).toThrow(expect.objectContaining({ code: 'VAULT_FORMAT' }));
});

test('a vault opened by passphrase reads them with the key in the environment, and says so without one', async () => {
  const key = newKey();
  const path = join(home.directory, 'passphrase');
  await writeFile(path, PASSPHRASE, { mode: 0o600 });
  const env = { MUSTER_PASSPHRASE_FILE: path };
  const old = legacy('hunter2', key);
  const without = await home.open({ env });
  expect(() => without.open(old, PLACE)).toThrow(expect.objectContaining({ code: 'VAULT_UNKNOWN_KEY' }));
  const vault = await home.open({ env: { ...env, ACCOUNT_ENCRYPTION_KEY: key.toString('hex') } });
  expect(vault.status().openedBy).toBe('passphrase');
  expect(vault.open(old, PLACE)).toBe('hunter2');
});
