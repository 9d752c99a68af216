import { type Picture, samplePicture } from '@muster/sdk/ui';

/** Levels of each channel: 216 colours, of the 256 that terminals with sixels have. */
const LEVELS = 6;
const BAND = 6;

const level = (value: number): number => Math.round((value / 255) * (LEVELS - 1));
const registerOf = (color: number): number =>
  level(color >> 16) * LEVELS * LEVELS + level((color >> 8) & 255) * LEVELS + level(color & 255);
const percent = (step: number): number => Math.round((step / (LEVELS - 1)) * 100);

const define = (register: number): string =>
  `#${register};2;${[LEVELS * LEVELS, LEVELS, 1].map((unit) => percent(Math.floor(register / unit) % LEVELS)).join(';')}`;

/** Equal signs in a row, counted where that is shorter. */
const squeeze = (signs: string): string => signs.replaceAll(/(.)\1{3,}/g, (run: string) => `!${run.length}${run[0] ?? ''}`);

/** A picture as DEC sixel graphics, scaled to `width` by `height` pixels. */
export function toSixel(picture: Picture, width: number, height: number): string {
  const registers = samplePicture(picture, width, height).map(registerOf);
  const bands: string[] = [];
  for (let top = 0; top < height; top += BAND) {
    const band = registers.slice(top * width, (top + BAND) * width);
    const lines = Array.from(new Set(band), (register) => {
      let signs = '';
      for (let x = 0; x < width; x++) {
        let bits = 0;
        for (let y = 0; y < BAND; y++) if (band[y * width + x] === register) bits |= 1 << y;
        signs += String.fromCharCode(63 + bits);
      }
      return `#${register}${squeeze(signs)}`;
    });
    bands.push(lines.join('$'));
  }
  const used = Array.from(new Set(registers), define).join('');
  return `\u001bP0;1q"1;1;${width};${height}${used}${bands.join('-')}\u001b\\`;
}
