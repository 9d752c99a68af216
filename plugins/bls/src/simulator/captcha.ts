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

const COLOURS = ['#234', '#532', '#253', '#425', '#355'];

/** One tile as a picture; the digits stand crooked, as on the real site. */
export function tileSvg(text: string, at: number): string {
  const digits = text
    .split('')
    .map(
      (digit, place) =>
        `<text x="${8 + place * 29}" y="${60 + ((at * 7 + place * 11) % 16) - 8}" font-size="${38 + ((at + place * 3) % 8)}" font-family="sans-serif" fill="${COLOURS[(at + place) % COLOURS.length]}" transform="rotate(${((at * 13 + place * 17) % 30) - 15} ${8 + place * 29} 55)">${digit}</text>`,
    );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><rect width="100" height="100" fill="#f2ead8"/><path d="M0 ${20 + at * 6} Q50 ${90 - at * 5} 100 ${30 + at * 4}" stroke="#b9a88a" fill="none" stroke-width="3"/>${digits.join('')}</svg>`;
}
