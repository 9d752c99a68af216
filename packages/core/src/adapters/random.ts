import { randomFillSync } from 'node:crypto';
import type { Random } from '../ports/clock.ts';

const CROCKFORD = Buffer.from('0123456789abcdefghjkmnpqrstvwxyz', 'latin1');
const ID_CHARACTERS = 16;
/** The machine is asked for so many bytes at a time: a call takes microseconds, however few bytes it is for. */
const BLOCK = 8_192;

/** Ids and numbers made of random bytes. */
export const randomFrom = (bytes: (length: number) => Uint8Array): Random => ({
  bytes,
  number() {
    const { buffer, byteOffset } = bytes(8);
    const view = new DataView(buffer, byteOffset, 8);
    // 53 bits, as many as a number holds.
    return (view.getUint32(0) * 2 ** 21 + (view.getUint32(4) >>> 11)) / 2 ** 53;
  },
  id() {
    const drawn = bytes(ID_CHARACTERS);
    const characters = Buffer.allocUnsafe(ID_CHARACTERS);
    for (let at = 0; at < ID_CHARACTERS; at += 1) characters[at] = CROCKFORD[(drawn[at] as number) & 31] as number;
    return characters.toString('latin1');
  },
});

/** The machine's cryptographic source. Bytes are given out once, and kept nowhere after that. */
export const createRandom = (): Random => {
  const block = new Uint8Array(BLOCK);
  let used = BLOCK;
  return randomFrom((length) => {
    if (length > BLOCK) return randomFillSync(new Uint8Array(length));
    if (used + length > BLOCK) {
      randomFillSync(block);
      used = 0;
    }
    const drawn = block.slice(used, used + length);
    block.fill(0, used, used + length);
    used += length;
    return drawn;
  });
};
