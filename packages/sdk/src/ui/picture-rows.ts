import { type Cell, colorDistance, drawCells, halfBlock, type Rgb, rgb, shownColor } from './cells.tsx';
import { type Picture, pictureSize, samplePicture } from './picture.ts';
import type { Theme } from './theme.ts';

/** From dark to light, for letters that are lighter than what is behind them. */
const RAMP = ' .:-=+*#%@';

const brightness = (color: Rgb): number => 0.299 * (color >> 16) + 0.587 * ((color >> 8) & 255) + 0.114 * (color & 255);
const clampByte = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

/** Steps of a channel that the eye does not tell apart: neighbours become alike, and cost less on the line. */
const calm = (color: Rgb): Rgb => (color & 0xfcfcfc) | ((color >> 6) & 0x030303);

/** Light or dark for each point, with the mistake of each handed on to its neighbours (Floyd and Steinberg). */
function dither(points: readonly Rgb[], columns: number): boolean[] {
  const levels = points.map(brightness);
  const add = (at: number, mistake: number): void => {
    if (at < levels.length) (levels[at] as number) += mistake;
  };
  return points.map((_, at) => {
    const light = (levels[at] as number) >= 128;
    const mistake = ((levels[at] as number) - (light ? 255 : 0)) / 16;
    const column = at % columns;
    if (column < columns - 1) add(at + 1, mistake * 7);
    if (column > 0) add(at + columns - 1, mistake * 3);
    add(at + columns, mistake * 5);
    if (column < columns - 1) add(at + columns + 1, mistake);
    return light;
  });
}

const PATTERN = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];
/** How strong it is, by the bits of a colour, and how near a colour of the terminal needs none. */
const STRENGTH = { 4: 96, 8: 24 } as const;
const NEAR = 32;

/** Colours that the terminal has. A pattern is added first, so that many of them together look like what lies between. */
function rounded(points: readonly Rgb[], columns: number, depth: 4 | 8): Rgb[] {
  return points.map((color, at) => {
    const shown = shownColor(color, depth);
    if (colorDistance(shown, color) < NEAR) return shown;
    const [x, y] = [at % columns, Math.floor(at / columns)];
    const shift = ((PATTERN[(y % 4) * 4 + (x % 4)] as number) / 15 - 0.5) * STRENGTH[depth];
    const moved = rgb(
      clampByte((color >> 16) + shift),
      clampByte(((color >> 8) & 255) + shift),
      clampByte((color & 255) + shift),
    );
    return shownColor(moved, depth);
  });
}

function pointsFor(sampled: readonly Rgb[], columns: number, { depth }: Theme): readonly Rgb[] {
  if (depth === 24) return sampled.map(calm);
  return depth === 0 ? sampled : rounded(sampled, columns, depth);
}

/**
 * A picture as rows of cells with SGR sequences: two points over each other in each cell by half blocks, in the colours that the terminal has;
 * without half blocks a point is a cell, and without both a letter of about its brightness.
 */
export function pictureRows(
  picture: Picture,
  { columns, rows, theme }: { columns: number; rows: number; theme: Theme },
): string[] {
  const size = pictureSize(picture, columns, rows);
  const height = theme.ascii ? size.rows : size.rows * 2;
  const sampled = samplePicture(picture, size.columns, height);
  const { depth } = theme;
  const points = pointsFor(sampled, size.columns, theme);
  const light = depth === 0 && !theme.ascii ? dither(points, size.columns) : [];
  const cellAt = (row: number, column: number): Cell => {
    const at = (theme.ascii ? row : row * 2) * size.columns + column;
    const [top, bottom] = [points[at] as Rgb, points[at + size.columns] as Rgb];
    if (depth > 0) return theme.ascii ? { sign: ' ', color: undefined, ground: top } : halfBlock(top, bottom);
    const plain = { color: undefined, ground: undefined };
    if (theme.ascii) return { ...plain, sign: RAMP[Math.round((brightness(top) / 255) * (RAMP.length - 1))] as string };
    return { ...plain, sign: light[at] ? (light[at + size.columns] ? '█' : '▀') : light[at + size.columns] ? '▄' : ' ' };
  };
  return Array.from({ length: size.rows }, (_, row) =>
    drawCells(
      Array.from({ length: size.columns }, (_cell, column) => cellAt(row, column)),
      depth,
    ),
  );
}
