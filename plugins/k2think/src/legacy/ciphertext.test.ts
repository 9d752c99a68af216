import { createCipheriv, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { KEY } from '../testing/legacy-file.ts';
import { openPassword, sealPassword } from './ciphertext.ts';

const seal = (text: string, spell: (parts: Buffer[]) => string): string => {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-gcm', KEY, iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return spell([iv, sealed, cipher.getAuthTag()]);
};
const WRITTEN = (parts: Buffer[]): string => parts.map((part) => part.toString('base64')).join(':');
const SPELLINGS: readonly (readonly [string, (parts: Buffer[]) => string])[] = [
  ['as its program wrote it', WRITTEN],
  ['as its manual says, in base64', (parts) => Buffer.from(WRITTEN(parts)).toString('base64')],
  ['as its manual says, in hex', (parts) => Buffer.from(parts.map((part) => part.toString('hex')).join(':')).toString('base64')],
  ['joined', (parts) => Buffer.concat(parts).toString('base64')],
];

describe('a password of the older file', () => {
  test.each(SPELLINGS)('opens: %s', (_, spell) => {
    for (const text of ['pass:1 ü"', 'x', '', 'aaaaaaaaaaaaaaaa']) expect(openPassword(seal(text, spell), KEY)).toBe(text);
  });

  test.each(SPELLINGS)('that was changed, or sealed with another key, is refused: %s', (_, spell) => {
    const sealed = seal('secret', ([iv = Buffer.alloc(0), text = Buffer.alloc(0), tag = Buffer.alloc(0)]) =>
      spell([iv, Buffer.from(text.map((byte, at) => (at === 0 ? byte ^ 1 : byte))), tag]),
    );
    expect(() => openPassword(sealed, KEY)).toThrow(/does not open with this key/);
    expect(() => openPassword(seal('secret', spell), Buffer.alloc(32))).toThrow(/does not open with this key/);
  });

  test.each(['', 'hunter2', '::', 'a:b:c', 'QUJD', '{"a":1}'])('%j is none', (text) => {
    expect(() => openPassword(text, KEY)).toThrow(/iv:ciphertext:authTag|does not open/);
  });

  test('is written so that it opens', () => {
    expect(openPassword(sealPassword('pässword', KEY), KEY)).toBe('pässword');
    expect(sealPassword('a', KEY)).not.toBe(sealPassword('a', KEY));
  });
});
