/** Repeatable chance. */
export interface Chance {
  /** In [0, 1). */
  next(): number;
  id(): string;
  /** Six digits. */
  code(): string;
}

export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const hex = (): string =>
    Math.floor(next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return { next, id: () => `${hex()}${hex()}`, code: () => String(100_000 + Math.floor(next() * 900_000)) };
}
