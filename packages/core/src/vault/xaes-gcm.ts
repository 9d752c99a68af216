import type { KeyObject } from 'node:crypto';
import { createCipheriv, createDecipheriv } from 'node:crypto';

export const NONCE_BYTES = 24;
export const TAG_BYTES = 16;

/** Encrypts with associated data. A key may be used with any number of random nonces. */
export interface Aead {
  /** Ciphertext and tag. */
  seal(nonce: Uint8Array, plaintext: Uint8Array, associated: Uint8Array): Buffer;
  /** Undefined when it does not verify: another key, nonce or associated data, or changed in any bit. */
  open(nonce: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Buffer | undefined;
}

/** The CMAC subkey K1 of a block L: L doubled in GF(2^128). */
const doubled = (block: Buffer): Buffer => {
  const result = Buffer.alloc(16);
  let carry = 0;
  for (let at = 15; at >= 0; at -= 1) {
    const byte = block[at] ?? 0;
    result[at] = ((byte << 1) | carry) & 0xff;
    carry = byte >> 7;
  }
  if (carry === 1) result[15] = (result[15] ?? 0) ^ 0x87;
  return result;
};

/**
 * XAES-256-GCM of C2SP (c2sp.org/XAES-256-GCM): AES-256-GCM under a key derived from the first half of a 192-bit nonce, so
 * that random nonces do not run out.
 */
export const createXaes = (key: KeyObject): Aead => {
  // One block after another, without chaining: the same cipher serves every call.
  const blocks = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  const mask = doubled(blocks.update(Buffer.alloc(16)));
  // Both blocks as they are for a nonce of zeros: a counter and the mask.
  const zero = Buffer.from([...mask, ...mask]);
  for (const half of [0, 1])
    for (const [at, byte] of [0, half + 1, 0x58, 0].entries()) zero[half * 16 + at] = (mask[at] ?? 0) ^ byte;

  const derive = (nonce: Uint8Array): Buffer => {
    if (nonce.length !== NONCE_BYTES) throw new RangeError(`A nonce has ${NONCE_BYTES} bytes, not ${nonce.length}.`);
    const input = Buffer.from(zero);
    for (let at = 0; at < 12; at += 1) {
      const byte = nonce[at] as number;
      input[at + 4] = (input[at + 4] as number) ^ byte;
      input[at + 20] = (input[at + 20] as number) ^ byte;
    }
    return blocks.update(input);
  };

  return {
    seal(nonce, plaintext, associated) {
      const derived = derive(nonce);
      const cipher = createCipheriv('aes-256-gcm', derived, nonce.subarray(12), { authTagLength: TAG_BYTES });
      cipher.setAAD(associated);
      const sealed = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
      derived.fill(0);
      return sealed;
    },
    open(nonce, sealed, associated) {
      if (sealed.length < TAG_BYTES) return undefined;
      const derived = derive(nonce);
      const decipher = createDecipheriv('aes-256-gcm', derived, nonce.subarray(12), { authTagLength: TAG_BYTES });
      derived.fill(0);
      decipher.setAAD(associated);
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      const plaintext = decipher.update(sealed.subarray(0, -TAG_BYTES));
      try {
        return Buffer.concat([plaintext, decipher.final()]);
      } catch {
        return undefined;
      }
    },
  };
};
