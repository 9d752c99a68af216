import { randomBytes } from 'node:crypto';
import type { Random } from '../ports/clock.ts';

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

/** Ids and numbers made of random bytes. */
export const randomFrom = (bytes: (length: number) => Uint8Array): Random => ({
  bytes,
  number() {
    const { buffer, byteOffset } = bytes(8);
    const view = new DataView(buffer, byteOffset, 8);
    // 53 bits, as many as a number holds.
    return (view.getUint32(0) * 2 ** 21 + (view.getUint32(4) >>> 11)) / 2 ** 53;
  },
  id: () => Array.from(bytes(16), (byte) => CROCKFORD[byte & 31]).join(''),
});

/** The machine's cryptographic source. */
export const createRandom = (): Random => randomFrom((length) => randomBytes(length));
