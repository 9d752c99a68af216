import { createHash, createSecretKey } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTestRandom } from '../testing/test-random.ts';
import { createXaes } from './xaes-gcm.ts';

const cipherOf = (byte: string): ReturnType<typeof createXaes> =>
  createXaes(createSecretKey(Buffer.from(byte.repeat(32), 'hex')));
const NONCE = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWX');

test.each([
  ['01', '', 'ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271'],
  ['03', 'c2sp.org/XAES-256-GCM', '986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d'],
])('gives what the C2SP specification says for the key %s', (byte, associated, expected) => {
  const cipher = cipherOf(byte);
  const sealed = cipher.seal(NONCE, Buffer.from('XAES-256-GCM'), Buffer.from(associated));
  expect(sealed.toString('hex')).toBe(expected);
  expect(cipher.open(NONCE, sealed, Buffer.from(associated))?.toString()).toBe('XAES-256-GCM');
});

test('what is sealed opens, under its key, nonce and associated data only', () => {
  const bytes = fc.uint8Array({ maxLength: 100 });
  const nonce = fc.uint8Array({ minLength: 24, maxLength: 24 });
  fc.assert(
    fc.property(bytes, nonce, bytes, fc.nat(), (plaintext, nonce, associated, at) => {
      const cipher = cipherOf('07');
      const sealed = cipher.seal(nonce, plaintext, associated);
      expect(cipher.open(nonce, sealed, associated)).toEqual(Buffer.from(plaintext));
      expect(cipherOf('08').open(nonce, sealed, associated)).toBeUndefined();
      expect(cipher.open(nonce, sealed, Buffer.concat([associated, Buffer.of(0)]))).toBeUndefined();
      const flipped = Buffer.from(sealed);
      flipped.writeUInt8(flipped.readUInt8(at % flipped.length) ^ 1, at % flipped.length);
      expect(cipher.open(nonce, flipped, associated)).toBeUndefined();
      const other = Buffer.from(nonce);
      other.writeUInt8(other.readUInt8(at % 24) ^ 1, at % 24);
      expect(cipher.open(other, sealed, associated)).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});

test('what is sealed under fresh nonces opens with what stands before it, and no nonce comes twice', () => {
  const cipher = cipherOf('07');
  const random = createTestRandom();
  const nonces = new Set<string>();
  for (let at = 0; at < 100; at += 1) {
    const whole = cipher.sealFresh(random, `password ${at} ü`, Buffer.from(`place ${at}`));
    const nonce = whole.subarray(0, 24);
    nonces.add(nonce.toString('hex'));
    expect(cipher.open(nonce, whole.subarray(24), Buffer.from(`place ${at}`))?.toString()).toBe(`password ${at} ü`);
    expect(whole.subarray(24)).toEqual(cipher.seal(nonce, Buffer.from(`password ${at} ü`), Buffer.from(`place ${at}`)));
  }
  expect(nonces.size).toBe(100);
});

test('agrees with the specification’s accumulated vectors', () => {
  // c2sp.org/XAES-256-GCM, "accumulated": keys, nonces, plaintexts and associated data drawn from SHAKE-128, results hashed.
  const draws = createHash('shake128', { outputLength: 2 ** 24 }).digest();
  let at = 0;
  const take = (length: number): Buffer => draws.subarray(at, (at += length));
  const results = createHash('shake128', { outputLength: 32 });
  for (let round = 0; round < 10_000; round += 1) {
    const key = take(32);
    const nonce = take(24);
    const plaintext = take(take(1).readUInt8());
    const associated = take(take(1).readUInt8());
    results.update(createXaes(createSecretKey(key)).seal(nonce, plaintext, associated));
  }
  expect(results.digest('hex')).toBe('e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939');
});

test('refuses a nonce of another length', () => {
  expect(() => cipherOf('01').seal(NONCE.subarray(1), Buffer.alloc(1), Buffer.alloc(0))).toThrow(/24 bytes/);
});

test('what is shorter than a tag does not open', () => {
  for (let length = 0; length < 16; length += 1)
    expect(cipherOf('01').open(NONCE, Buffer.alloc(length), Buffer.alloc(0))).toBeUndefined();
});
