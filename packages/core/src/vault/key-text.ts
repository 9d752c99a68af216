import type { KeyObject } from 'node:crypto';
import { createHash, createSecretKey } from 'node:crypto';
import { MusterError } from '@muster/sdk';
import { fromBase64 } from './base64.ts';
import { KEY_BYTES } from './wrapped-key.ts';

/** 32 random bytes hold about 30 different ones; fewer than this never happens by chance. */
const MIN_DIFFERENT_BYTES = 16;
const COMMON_WORDS =
  'password passphrase secret default changeme change-me test testing example admin root encryption_key encryptionkey key letmein qwerty 123456 12345678 muster lowdb account'.split(
    ' ',
  );

const hashes = new Set(
  ['', ...COMMON_WORDS].flatMap((word) => ['sha256', 'sha512-256'].map((hash) => createHash(hash).update(word).digest('hex'))),
);

const isText = (bytes: Buffer): boolean => bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
const isProgression = (bytes: Buffer): boolean => {
  const steps = Array.from(bytes.subarray(1), (byte, at) => (byte - (bytes[at] ?? 0)) & 0xff);
  return new Set(steps).size <= 2;
};
const repeats = (bytes: Buffer): boolean => bytes.subarray(0, 16).equals(bytes.subarray(16));

const weaknessOf = (bytes: Buffer): string | undefined => {
  if (isText(bytes)) return 'it is text, which can be guessed';
  if (new Set(bytes).size < MIN_DIFFERENT_BYTES || isProgression(bytes) || repeats(bytes)) return 'it follows a simple pattern';
  if (hashes.has(bytes.toString('hex'))) return 'it is the hash of a common word';
  return undefined;
};

const decode = (text: string): Buffer | undefined => {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  const bytes = fromBase64(text) ?? fromBase64(text, 'base64url');
  return bytes?.length === KEY_BYTES ? bytes : undefined;
};

/** A key as it stands in a file or the environment: 32 random bytes in hex or base64. VAULT_KEY_FORMAT, VAULT_WEAK_KEY. */
export const readKeyText = (text: string, from: string): KeyObject => {
  const bytes = decode(text.trim());
  if (!bytes) {
    const advice = 'Make one with `openssl rand -hex 32`; for words, use a passphrase.';
    throw new MusterError(
      'VAULT_KEY_FORMAT',
      `The key from ${from} is not 32 bytes in hex (64 characters) or base64 (44). ${advice}`,
    );
  }
  const weakness = weaknessOf(bytes);
  if (weakness !== undefined)
    throw new MusterError(
      'VAULT_WEAK_KEY',
      `The key from ${from} is refused: ${weakness}. Make one with \`openssl rand -hex 32\`.`,
    );
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
};

const MIN_PASSPHRASE = 10;

/** Refuses a new passphrase that would be found soon, with VAULT_WEAK_KEY. One that is in use is not judged. */
export const checkPassphrase = (passphrase: string): void => {
  const text = passphrase.normalize('NFKC');
  const lower = text.toLowerCase();
  const weakness =
    Array.from(text).length < MIN_PASSPHRASE
      ? `it has fewer than ${MIN_PASSPHRASE} characters`
      : new Set(lower).size < 5 || /^(.{1,5})\1+$/.test(lower)
        ? 'it repeats itself'
        : COMMON_WORDS.includes(lower.replaceAll(/[^a-z]/g, '')) && lower.length < 16
          ? 'it is a common word'
          : undefined;
  if (weakness !== undefined)
    throw new MusterError(
      'VAULT_WEAK_KEY',
      `The passphrase is refused: ${weakness}. Take several words that do not belong together.`,
    );
};
