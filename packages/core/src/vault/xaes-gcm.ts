import type { KeyObject } from 'node:crypto';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '../ports/clock.ts';

export const NONCE_BYTES = 24;
export const TAG_BYTES = 16;

/** Encrypts with associated data. A key may be used with any number of random nonces. */
export interface Aead {
  /** Ciphertext and tag. */
  seal(nonce: Uint8Array, plaintext: Uint8Array, associated: Uint8Array): Buffer;
  /** Under a nonce that was never used, which stands before ciphertext and tag. The keys of some such nonces are derived in one go. */
  sealFresh(random: Random, plaintext: string, associated: Uint8Array): Buffer;
  /** Undefined when it does not verify: another key, nonce or associated data, or changed in any bit. */
  open(nonce: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Buffer | undefined;
}

/** Keys that wait for their only use are few: what an import needs of them, not what a memory could give away. */
const AT_ONCE = 32;
const BLOCKS = 32;

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

  /** One key of two blocks for each nonce. */
  const deriveAll = (nonces: Uint8Array): Buffer => {
    const count = nonces.length / NONCE_BYTES;
    if (!Number.isInteger(count)) throw new RangeError(`A nonce has ${NONCE_BYTES} bytes, not ${nonces.length}.`);
    const input = Buffer.allocUnsafe(count * BLOCKS);
    for (let each = 0; each < count; each += 1) {
      const to = each * BLOCKS;
      input.set(zero, to);
      for (let at = 0; at < 12; at += 1) {
        const byte = nonces[each * NONCE_BYTES + at] as number;
        input[to + at + 4] = (input[to + at + 4] as number) ^ byte;
        input[to + at + 20] = (input[to + at + 20] as number) ^ byte;
      }
    }
    return blocks.update(input);
  };
  const derive = (nonce: Uint8Array): Buffer => {
    if (nonce.length !== NONCE_BYTES) throw new RangeError(`A nonce has ${NONCE_BYTES} bytes, not ${nonce.length}.`);
    return deriveAll(nonce);
  };
  const begin = (derived: Buffer, nonce: Uint8Array, associated: Uint8Array) =>
    createCipheriv('aes-256-gcm', derived, nonce.subarray(12), { authTagLength: TAG_BYTES }).setAAD(associated);

  let nonces: Uint8Array = new Uint8Array();
  let keys: Buffer = Buffer.alloc(0);
  let used = 0;

  return {
    seal(nonce, plaintext, associated) {
      const derived = derive(nonce);
      const cipher = begin(derived, nonce, associated);
      const sealed = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
      derived.fill(0);
      return sealed;
    },
    sealFresh(random, plaintext, associated) {
      if (used * BLOCKS === keys.length) {
        nonces = random.bytes(AT_ONCE * NONCE_BYTES);
        keys = deriveAll(nonces);
        used = 0;
      }
      const nonce = nonces.subarray(used * NONCE_BYTES, (used + 1) * NONCE_BYTES);
      const key = keys.subarray(used * BLOCKS, (used + 1) * BLOCKS);
      used += 1;
      const cipher = begin(key, nonce, associated);
      key.fill(0);
      const text = cipher.update(plaintext, 'utf8');
      // This mode holds nothing back: the end has no bytes of its own.
      cipher.final();
      return Buffer.concat([nonce, text, cipher.getAuthTag()]);
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
