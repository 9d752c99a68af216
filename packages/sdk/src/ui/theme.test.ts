import { expect, test } from 'vitest';
import type { Tone } from './look.ts';
import { createTheme } from './theme.ts';
import { THEME_NAMES } from './theme-colors.ts';

const TONES: readonly Tone[] = ['accent', 'good', 'busy', 'warn', 'ask', 'bad', 'faint'];
const LEVELS = [0, 95, 135, 175, 215, 255];

/** Luminance of one of the 256 colours, as WCAG reckons it. */
function luminance(number: number): number {
  const at = number - 16;
  const levels =
    number >= 232
      ? [0, 0, 0].map(() => 8 + (number - 232) * 10)
      : [Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map((step) => LEVELS[step] as number);
  const [red, green, blue] = levels.map((level) => {
    const share = level / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
const contrast = (a: number, b: number): number => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

test.each([
  ['dark', 235],
  ['light', 231],
] as const)('every colour of the %s theme can be read on its ground', (name, ground) => {
  const theme = createTheme({ colors: true, ascii: false, depth: 8, name });
  for (const tone of TONES) {
    const number = Number(/^ansi256\((\d+)\)$/.exec(theme.look(tone).color ?? '')?.[1]);
    expect(contrast(luminance(number), luminance(ground))).toBeGreaterThan(4.5);
  }
});

test('without colours every theme is without colours', () => {
  for (const name of THEME_NAMES) {
    const theme = createTheme({ colors: false, ascii: false, depth: 24, name });
    expect([theme.colors, theme.depth]).toEqual([false, 0]);
    for (const tone of TONES) expect(theme.look(tone).color).toBeUndefined();
  }
});

test('the monochrome theme has none either, and a terminal of sixteen colours gets sixteen', () => {
  expect(createTheme({ colors: true, ascii: false, name: 'mono' }).depth).toBe(0);
  for (const name of THEME_NAMES)
    for (const tone of TONES)
      expect(createTheme({ colors: true, ascii: false, depth: 4, name }).look(tone).color ?? '').not.toContain('ansi256');
});
