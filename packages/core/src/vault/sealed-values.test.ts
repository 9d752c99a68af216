import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createVaultHome } from '../testing/vault-things.ts';
import type { VaultHome } from '../testing/vault-things.ts';
import type { SecretPlace, Vault } from './vault.ts';

const PLACE: SecretPlace = { provider: 'mail', accountId: 'a1', field: 'password' };

let home: VaultHome;
let vault: Vault;
beforeAll(async () => {
  home = await createVaultHome();
  vault = await home.open();
});
afterAll(() => home[Symbol.asyncDispose]());

const codeOf = (work: () => unknown): string => {
  try {
    return `gave ${String(work())}`;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test('any text opens where it was sealed, and no seal repeats itself', () => {
  const name = fc.string({ minLength: 1 });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), name, name, name, (text, provider, accountId, field) => {
      const place = { provider, accountId, field };
      const sealed = vault.seal(text, place);
      expect(sealed).toMatch(/^mv1:[0-9a-f]{16}:[A-Za-z0-9_-]+$/);
      expect(vault.open(sealed, place)).toBe(text);
      expect(vault.seal(text, place)).not.toBe(sealed);
      expect(vault.needsReseal(sealed)).toBe(false);
    }),
  );
});

test.each([
  ['account', { ...PLACE, accountId: 'a2' }],
  ['field', { ...PLACE, field: 'cookie' }],
  ['provider', { ...PLACE, provider: 'chat' }],
])('a value moved to another %s does not open', (_, place) => {
  const sealed = vault.seal('hunter2', PLACE);
  expect(codeOf(() => vault.open(sealed, place))).toBe('VAULT_TAMPERED');
});

test('the parts of a place cannot be shifted against each other', () => {
  const sealed = vault.seal('x', { provider: 'ab', accountId: 'c', field: 'p' });
  expect(codeOf(() => vault.open(sealed, { provider: 'a', accountId: 'bc', field: 'p' }))).toBe('VAULT_TAMPERED');
  const quoted = vault.seal('x', { provider: 'a","b', accountId: 'c', field: 'p' });
  expect(codeOf(() => vault.open(quoted, { provider: 'a', accountId: 'b","c', field: 'p' }))).toBe('VAULT_TAMPERED');
});

test('a place with a part missing is refused', () => {
  for (const part of ['provider', 'accountId', 'field'] as const)
    for (const value of ['', undefined, 5] as unknown as string[])
      expect(codeOf(() => vault.seal('x', { ...PLACE, [part]: value }))).toBe('BAD_INPUT');
});

test('what is no text is refused, because it would not come back the same', () => {
  expect(codeOf(() => vault.seal('a\ud800b', PLACE))).toBe('BAD_INPUT');
  expect(codeOf(() => vault.seal(5 as unknown as string, PLACE))).toBe('BAD_INPUT');
});

test('every single flipped bit is noticed', () => {
  const [, keyId, encoded] = vault.seal('hunter2', PLACE).split(':') as [string, string, string];
  const bytes = Buffer.from(encoded, 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(codeOf(() => vault.open(`mv1:${keyId}:${changed.toString('base64url')}`, PLACE))).toBe('VAULT_TAMPERED');
  }
});

test('every truncation and every other spelling is refused', () => {
  const sealed = vault.seal('hunter2', PLACE);
  for (let length = 0; length < sealed.length; length += 1)
    expect(codeOf(() => vault.open(sealed.slice(0, length), PLACE))).toMatch(/^VAULT_(?:FORMAT|TAMPERED)$/);
  const prefix = sealed.slice(0, 21);
  for (const text of [
    `${sealed}=`,
    ` ${sealed}`,
    `${sealed}\n`,
    sealed.toUpperCase(),
    sealed.replace('mv1', 'mv2'),
    `${prefix}!!!!`,
    prefix,
  ])
    expect(codeOf(() => vault.open(text, PLACE))).toBe('VAULT_FORMAT');
});

test('padding bits that are set are not another spelling of the same value', () => {
  // 24 + 1 + 16 bytes: the last character carries bits that say nothing.
  const sealed = vault.seal('x', PLACE);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const lastCharacter = alphabet.indexOf(sealed.at(-1) ?? '');
  const spelt = sealed.slice(0, -1) + alphabet.charAt(lastCharacter | 1);
  expect(spelt).not.toBe(sealed);
  expect(codeOf(() => vault.open(spelt, PLACE))).toBe('VAULT_FORMAT');
});

test('a value under a key that the vault does not have is refused as such', async () => {
  const sealed = vault.seal('hunter2', PLACE);
  const digit = sealed.charAt(4) === '0' ? '1' : '0';
  expect(codeOf(() => vault.open(`mv1:${digit}${sealed.slice(5)}`, PLACE))).toBe('VAULT_UNKNOWN_KEY');
  await using other = await createVaultHome();
  const foreign = await other.open();
  expect(codeOf(() => foreign.open(sealed, PLACE))).toBe('VAULT_UNKNOWN_KEY');
});

test('whatever stands in the store, it opens or is refused with a code', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `mv1:${text}`),
      ),
      (text) => codeOf(() => vault.open(text, PLACE)).startsWith('VAULT_'),
    ),
  );
});

test('no error shows the secret or what it is sealed as', () => {
  const sealed = vault.seal('CANARY-hunter2', PLACE);
  const shown = (text: string): string => {
    try {
      return vault.open(text, { ...PLACE, accountId: 'other' });
    } catch (error) {
      return `${String(error)}${JSON.stringify(error)}`;
    }
  };
  for (const text of [sealed, sealed.slice(0, -1), 'CANARY-hunter2'])
    expect(shown(text)).not.toMatch(new RegExp(`CANARY|${sealed.slice(30, 40)}`));
});
