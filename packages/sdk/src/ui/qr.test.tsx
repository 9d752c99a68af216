import { Terminal } from '@xterm/headless';
import { renderToString } from 'ink';
import jsqr from 'jsqr';
import type { ReactNode } from 'react';
import { expect, test } from 'vitest';
import { createQr } from './qr.ts';
import { QrCode } from './qr-code.tsx';
import { createTheme, ThemeContext, type ThemeOptions } from './theme.ts';

const DARK = 0x111111;
const LIGHT = 0xeeeeee;
/** As long as what WhatsApp shows. */
const LINK = `2@${'kJ8sPq3+/Zw='.repeat(19)},${'x'.repeat(6)}`;

const drawn = (node: ReactNode, theme: ThemeOptions, columns: number): string =>
  renderToString(<ThemeContext value={createTheme(theme)}>{node}</ThemeContext>, { columns });

/** What a camera sees of a terminal with light letters on dark: cells of 8 by 16 points. */
async function photograph(text: string, columns: number, rows: number): Promise<ReturnType<typeof jsqr.default>> {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true });
  await new Promise<void>((done) => terminal.write(text.replaceAll('\n', '\r\n'), done));
  const [width, height] = [columns * 8, rows * 16];
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const cell = terminal.buffer.active.getLine(row)?.getCell(column);
      if (!cell) throw new Error(`no cell at ${row}, ${column}`);
      // The numbers of white and black among 16, among 256 and as such.
      const of = (color: number, own: number): number =>
        [15, 231, 0xffffff].includes(color) ? LIGHT : [0, 16].includes(color) ? DARK : own;
      const letters = cell.isFgDefault() ? LIGHT : of(cell.getFgColor(), LIGHT);
      const ground = cell.isBgDefault() ? DARK : of(cell.getBgColor(), DARK);
      const sign = cell.getChars();
      for (let y = 0; y < 16; y++) {
        const on = sign === '█' || sign === '#' || (sign === '▀' && y < 8) || (sign === '▄' && y >= 8);
        for (let x = 0; x < 8; x++)
          pixels.fill(
            (on ? letters : ground) & 255,
            ((row * 16 + y) * width + column * 8 + x) * 4,
            ((row * 16 + y) * width + column * 8 + x) * 4 + 3,
          );
      }
    }
  return jsqr.default(pixels, width, height, { inversionAttempts: 'dontInvert' });
}

test.each([
  ['all colours', { colors: true, ascii: false, depth: 24 }],
  ['256 colours', { colors: true, ascii: false, depth: 8 }],
  ['16 colours', { colors: true, ascii: false, depth: 4 }],
  ['no colours', { colors: false, ascii: false }],
  ['ASCII', { colors: true, ascii: true }],
  ['ASCII without colours', { colors: false, ascii: true }],
] as const)('a camera reads the code from a terminal with %s', async (_, theme) => {
  const { columns, rows } = createQr(LINK, theme).size(4);
  const code = await photograph(
    drawn(<QrCode text={LINK} width={columns + 6} height={rows + 4} />, theme, columns + 6),
    columns + 6,
    rows + 4,
  );
  expect(code?.data).toBe(LINK);
});

test('a text that is not ASCII is read as it was', async () => {
  const text = 'https://example.test/ñ/日本語?q=🙂';
  const code = await photograph(drawn(<QrCode text={text} width={60} height={30} />, { colors: true, ascii: false }, 60), 60, 30);
  expect(code?.data).toBe(text);
});

test('the quiet zone is four modules where there is room, never less than two', () => {
  const qr = createQr(LINK);
  expect(qr.modules).toBe(57);
  expect(qr.size()).toEqual({ columns: 61, rows: 31 });
  expect([qr.quietIn(65, 33), qr.quietIn(64, 33), qr.quietIn(65, 31), qr.quietIn(61, 31)]).toEqual([4, 3, 2, 2]);
  expect([qr.fits(61, 31), qr.fits(60, 31), qr.fits(61, 30)]).toEqual([true, false, false]);
  expect(createQr(LINK, { ascii: true }).size()).toEqual({ columns: 122, rows: 61 });
});

test('where it does not fit, it says what it needs', () => {
  const text = drawn(<QrCode text={LINK} width={40} height={18} />, { colors: true, ascii: false }, 40);
  expect(text).toMatch(/needs 61 by 31 cells; here\s+are 40 by 18/);
  expect(text).not.toContain('▀');
  expect(text.split('\n')).toHaveLength(18);
});

test('a text that no code holds is refused, and does not end the screen', () => {
  expect(() => createQr('')).toThrow('1 to 2,953 bytes');
  expect(() => createQr('x'.repeat(2_954))).toThrow('not 2,954');
  expect(createQr('x'.repeat(2_953)).modules).toBe(177);
  expect(drawn(<QrCode text="" width={60} height={5} />, { colors: true, ascii: false }, 60)).toMatch(/give a shorter\s+text/);
});
