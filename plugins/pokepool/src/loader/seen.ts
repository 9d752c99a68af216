import { randomBytes } from 'node:crypto';

/** Remembers names by a 64-bit hash: 16 bytes each at most, where a set of strings takes about 100. */
export interface Seen {
  /** `full` when no more can be remembered; the name may then be new or known. */
  add(name: string): 'new' | 'known' | 'full';
}

const FIRST_SLOTS = 1 << 12;

/** At most `limit` names (default four million: 64 MB). The hash is seeded, so that no file can be made to collide. */
export function createSeen(limit = 4_000_000): Seen {
  const seed = randomBytes(8);
  const seedA = seed.readUInt32LE(0);
  const seedB = seed.readUInt32LE(4);
  let slots = new Uint32Array(FIRST_SLOTS * 2);
  let count = 0;

  /** True when the hash was not there and is now. */
  const place = (table: Uint32Array, a: number, b: number): boolean => {
    const mask = table.length / 2 - 1;
    for (let slot = a & mask; ; slot = (slot + 1) & mask) {
      const low = table[slot * 2] as number;
      const high = table[slot * 2 + 1] as number;
      if (low === 0 && high === 0) {
        table[slot * 2] = a;
        table[slot * 2 + 1] = b;
        return true;
      }
      if (low === a && high === b) return false;
    }
  };
  const grow = (): void => {
    const larger = new Uint32Array(slots.length * 2);
    for (let at = 0; at < slots.length; at += 2) {
      const a = slots[at] as number;
      const b = slots[at + 1] as number;
      if (a !== 0 || b !== 0) place(larger, a, b);
    }
    slots = larger;
  };
  const has = (a: number, b: number): boolean => {
    const mask = slots.length / 2 - 1;
    for (let slot = a & mask; ; slot = (slot + 1) & mask) {
      const low = slots[slot * 2] as number;
      const high = slots[slot * 2 + 1] as number;
      if (low === 0 && high === 0) return false;
      if (low === a && high === b) return true;
    }
  };

  return {
    add(name) {
      let a = seedA;
      let b = seedB;
      for (let index = 0; index < name.length; index++) {
        const unit = name.charCodeAt(index);
        a = Math.imul(a ^ unit, 2654435761);
        b = Math.imul(b ^ unit, 1597334677);
        a ^= a >>> 15;
        b ^= b >>> 13;
      }
      a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
      b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
      a >>>= 0;
      b >>>= 0;
      if (a === 0 && b === 0) b = 1;
      if (count >= limit) return has(a, b) ? 'known' : 'full';
      if (!place(slots, a, b)) return 'known';
      count++;
      if (count * 4 > slots.length) grow();
      return 'new';
    },
  };
}
