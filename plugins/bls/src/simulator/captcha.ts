import type { Chance } from './chance.ts';

/** Nine numbers, some of them the one that is asked for. */
export interface Captcha {
  readonly id: string;
  readonly wanted: string;
  /** Left to right, top to bottom. */
  readonly numbers: readonly string[];
  readonly session: string;
  /** Of the form when the captcha was opened, for scripts that stand for a person. */
  readonly email: string;
}

const number = (chance: Chance): string => String(100 + Math.floor(chance.next() * 900));

export function createCaptcha(chance: Chance, of: { readonly session: string; readonly email: string }): Captcha {
  const wanted = number(chance);
  const count = 2 + Math.floor(chance.next() * 3);
  const places = new Set<number>();
  while (places.size < count) places.add(Math.floor(chance.next() * 9));
  const numbers = Array.from({ length: 9 }, (_, at) => {
    if (places.has(at)) return wanted;
    for (;;) {
      const other = number(chance);
      if (other !== wanted) return other;
    }
  });
  return { id: chance.id(), wanted, numbers, ...of };
}

/** The right tiles, counted from 1. */
export const rightTiles = ({ numbers, wanted }: Captcha): number[] =>
  numbers.flatMap((one, at) => (one === wanted ? [at + 1] : []));
