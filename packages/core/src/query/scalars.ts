import type { Scalar } from './filter.ts';

/** A value as it is compared: objects, arrays and what is missing count as null. */
export const toScalar = (value: unknown): Scalar => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return null;
};

const RANKS = { number: 1, string: 2, boolean: 3 } as const;
const rankOf = (value: Scalar): number => (value === null ? 0 : RANKS[typeof value as keyof typeof RANKS]);

// UTF-16 puts surrogates (characters beyond U+FFFF) below U+E000; moved up, code units compare as code points do.
const inCodePointOrder = (unit: number): number => {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
};

/** By code point, which is the order of UTF-8 bytes and so that of SQLite. */
export const compareText = (left: string, right: string): number => {
  const shorter = Math.min(left.length, right.length);
  for (let at = 0; at < shorter; at += 1) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) return inCodePointOrder(a) - inCodePointOrder(b);
  }
  return left.length - right.length;
};

/** The one order of values in every store: null, numbers, text, false, true. */
export const compareScalars = (left: Scalar, right: Scalar): number => {
  if (left === right) return 0;
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  return rankOf(left) - rankOf(right) || Number(left) - Number(right);
};
