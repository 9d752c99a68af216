import type { KeyObject } from 'node:crypto';
import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import type { Random } from '../ports/clock.ts';
import { fromBase64 } from './base64.ts';
import { createXaes, NONCE_BYTES } from './xaes-gcm.ts';

export const KEY_BYTES = 32;

/** Makes a key of bytes and forgets the bytes. */
export const takeKey = (bytes: Buffer): KeyObject => {
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
};

/** A key for one purpose; nothing can be told of another purpose's key, or of the one it comes from. */
export const derivedKey = (key: KeyObject, purpose: string): KeyObject =>
  takeKey(Buffer.from(hkdfSync('sha256', key, '', `muster/v1/${purpose}`, KEY_BYTES)));

/** The id of a data key follows from the key, so that a value cannot be opened with another key than it names. */
export const keyIdOf = (key: KeyObject): string => Buffer.from(hkdfSync('sha256', key, '', 'muster/v1/kid', 8)).toString('hex');

export const macOf = (key: KeyObject, text: string): Buffer =>
  createHmac('sha256', derivedKey(key, 'header')).update(text).digest();

export interface Wrapping {
  readonly with: KeyObject;
  /** What the wrapped key is for: it unwraps for nothing else. */
  readonly context: readonly unknown[];
}

const associated = (context: readonly unknown[]): Buffer => Buffer.from(JSON.stringify(['muster/v1', ...context]));

/** A key, sealed with another: base64 of nonce, ciphertext and tag. */
export const wrapKey = (key: KeyObject, wrapping: Wrapping, random: Random): string => {
  const nonce = random.bytes(NONCE_BYTES);
  const plain = key.export();
  const sealed = createXaes(wrapping.with).seal(nonce, plain, associated(wrapping.context));
  plain.fill(0);
  return Buffer.concat([nonce, sealed]).toString('base64');
};

/** Undefined when it was not wrapped with this key for this purpose. */
export const unwrapKey = (wrapped: string, wrapping: Wrapping): KeyObject | undefined => {
  const bytes = fromBase64(wrapped);
  if (!bytes) return undefined;
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const plain = createXaes(wrapping.with).open(nonce, bytes.subarray(NONCE_BYTES), associated(wrapping.context));
  return plain?.length === KEY_BYTES ? takeKey(plain) : undefined;
};
