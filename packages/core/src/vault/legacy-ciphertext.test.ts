import { createCipheriv, createSecretKey } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../adapters/random.ts';
import { openLegacy } from './legacy-ciphertext.ts';

const random = createRandom();
const key = createSecretKey(random.bytes(32));

type Encoding = 'hex' | 'base64';
const joined = (parts: Buffer[], encoding: Encoding): string => parts.map((part) => part.toString(encoding)).join(':');
const SPELLINGS: Record<string, (parts: Buffer[]) => string> = {
  'base64 of the three joined': (parts) => Buffer.concat(parts).toString('base64'),
  'base64 of hex parts with colons': (parts) => Buffer.from(joined(parts, 'hex')).toString('base64'),
  'base64 of base64 parts with colons': (parts) => Buffer.from(joined(parts, 'base64')).toString('base64'),
  'hex parts with colons': (parts) => joined(parts, 'hex'),
  'base64 parts with colons': (parts) => joined(parts, 'base64'),
};

const seal = (text: string, ivLength: number): Buffer[] => {
  const iv = Buffer.from(random.bytes(ivLength));
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return [iv, ciphertext, cipher.getAuthTag()];
};

const codeOf = (work: () => unknown): string => {
  try {
    return `gave ${String(work())}`;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test('any text opens in every spelling, with an iv of 12 or 16 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(12, 16), (text, ivLength) => {
      for (const spell of Object.values(SPELLINGS)) expect(openLegacy(spell(seal(text, ivLength)), key)).toBe(text);
    }),
    { numRuns: 300 },
  );
});

test.each(Object.entries(SPELLINGS))('a changed %s, or another key, does not verify', (_, spell) => {
  const [iv, ciphertext, tag] = seal('pässword:1', 12) as [Buffer, Buffer, Buffer];
  const flip = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte, at) => (at === 0 ? byte ^ 1 : byte)));
  for (const changed of [
    [flip(iv), ciphertext, tag],
    [iv, flip(ciphertext), tag],
    [iv, ciphertext, flip(tag)],
  ])
    expect(codeOf(() => openLegacy(spell(changed), key))).toBe('VAULT_TAMPERED');
  expect(codeOf(() => openLegacy(spell([iv, ciphertext, tag]), createSecretKey(random.bytes(32))))).toBe('VAULT_TAMPERED');
});

test('a tag that was cut short is refused and not tried', () => {
  const [iv, ciphertext, tag] = seal('x', 12) as [Buffer, Buffer, Buffer];
  for (let length = 0; length < 16; length += 1)
    expect(codeOf(() => openLegacy(joined([iv, ciphertext, tag.subarray(0, length)], 'hex'), key))).toBe('VAULT_FORMAT');
});

test.each([
  ['nothing', ''],
  ['a placeholder', 'encrypted_password_here'],
  ['plain text', 'hunter2'],
  ['colons', '::'],
  ['four parts', 'aa:bb:cc:dd'],
  ['too short', Buffer.alloc(27).toString('base64')],
  ['padding bits that are set', `${'A'.repeat(41)}B==`],
  ['what is too long', 'A'.repeat(2 ** 20 + 4)],
  ['an object', {}],
  ['null', null],
  ['a number', 5],
])('%s is no ciphertext', (_, text) => {
  expect(codeOf(() => openLegacy(text as string, key))).toBe('VAULT_FORMAT');
});

test('whatever is given, it opens or is refused with a code', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 100 }), fc.base64String({ maxLength: 100 })), (text) =>
      ['VAULT_FORMAT', 'VAULT_TAMPERED'].includes(codeOf(() => openLegacy(text, key))),
    ),
  );
});
