import { createCipheriv, createHash } from 'node:crypto';
import { randomFrom } from '../adapters/random.ts';
import type { Random } from '../ports/clock.ts';

/** The same bytes, numbers and ids for the same seed. For tests only: whoever knows the seed knows them all. */
export const createTestRandom = (seed: string | number = 'muster'): Random => {
  const key = createHash('sha256').update(String(seed)).digest();
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  return randomFrom((length) => stream.update(Buffer.alloc(length)));
};
