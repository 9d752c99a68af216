import { Text } from 'ink';
import type { ReactNode } from 'react';
import type { ColorDepth } from './look.ts';

/** Red, green and blue of 0 to 255 as one number, 0xrrggbb. */
export type Rgb = number;

/** A cell of a drawing: a sign, and colours where the terminal has them. `undefined` is the terminal's own. */
export interface Cell {
  readonly sign: string;
  readonly color: Rgb | undefined;
  readonly ground: Rgb | undefined;
}

export const rgb = (red: number, green: number, blue: number): Rgb => (red << 16) | (green << 8) | blue;
const channels = (color: Rgb): readonly [number, number, number] => [color >> 16, (color >> 8) & 255, color & 255];

/** Levels of a channel in the cube of the 256 colours; the same on every terminal, unlike the first sixteen. */
const CUBE = [0, 95, 135, 175, 215, 255];
const SIXTEEN: readonly Rgb[] = [
  0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00,
  0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
];

function distance(a: Rgb, b: Rgb): number {
  const [red, green, blue] = channels(a);
  const [otherRed, otherGreen, otherBlue] = channels(b);
  return (red - otherRed) ** 2 + (green - otherGreen) ** 2 + (blue - otherBlue) ** 2;
}

function nearest(palette: readonly Rgb[], color: Rgb): number {
  let best = 0;
  for (let at = 1; at < palette.length; at++)
    if (distance(palette[at] as Rgb, color) < distance(palette[best] as Rgb, color)) best = at;
  return best;
}

const GREYS_OF_CUBE = CUBE.map((level) => level * 0x010101);
const cubeStep = (level: number): number => nearest(GREYS_OF_CUBE, level * 0x010101);

/** The number of the nearest of the 256 colours, from the cube and the greys. */
function of256(color: Rgb): number {
  const [red, green, blue] = channels(color);
  const [r, g, b] = [cubeStep(red), cubeStep(green), cubeStep(blue)];
  const step = Math.max(0, Math.min(23, Math.round(((red + green + blue) / 3 - 8) / 10)));
  const [inCube, grey] = [16 + 36 * r + 6 * g + b, 232 + step];
  return distance(colorOf(grey), color) < distance(colorOf(inCube), color) ? grey : inCube;
}

/** What is shown for the number of one of the 256 colours, from 16 on. */
function colorOf(number: number): Rgb {
  if (number >= 232) return (8 + (number - 232) * 10) * 0x010101;
  const [red, green, blue] = [Math.floor((number - 16) / 36), Math.floor((number - 16) / 6) % 6, (number - 16) % 6];
  return rgb(CUBE[red] as number, CUBE[green] as number, CUBE[blue] as number);
}

/** The colour that a terminal of so many bits shows for it. */
export function shownColor(color: Rgb, depth: ColorDepth): Rgb {
  if (depth === 8) return colorOf(of256(color));
  return depth === 4 ? (SIXTEEN[nearest(SIXTEEN, color)] as Rgb) : color;
}

/** How far two colours are from each other, of 0 to 441. */
export const colorDistance = (a: Rgb, b: Rgb): number => Math.sqrt(distance(a, b));

/** The numbers of the SGR sequence for a colour of letters, or with `ground` of what is behind them. */
function sgr(color: Rgb, depth: ColorDepth, ground: boolean): string {
  const base = ground ? 48 : 38;
  if (depth === 24) return `${base};2;${channels(color).join(';')}`;
  if (depth === 8) return `${base};5;${of256(color)}`;
  const number = nearest(SIXTEEN, color);
  return String((number < 8 ? 30 + number : 82 + number) + (ground ? 10 : 0));
}

/** A row of cells as text with SGR sequences; ends in the plain rendition. */
export function drawCells(cells: readonly Cell[], depth: ColorDepth): string {
  let text = '';
  let shown = '';
  for (const { sign, color, ground } of cells) {
    const wanted =
      depth === 0
        ? ''
        : [color === undefined ? [] : [sgr(color, depth, false)], ground === undefined ? [] : [sgr(ground, depth, true)]]
            .flat()
            .join(';');
    if (wanted !== shown) text += `${shown === '' ? '' : '\u001b[0m'}${wanted === '' ? '' : `\u001b[${wanted}m`}`;
    shown = wanted;
    text += sign;
  }
  return shown === '' ? text : `${text}\u001b[0m`;
}

/** Rows that `drawCells` made, under each other. */
export function CellRows({ rows }: { readonly rows: readonly string[] }): ReactNode {
  return rows.map((row, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- a row of a drawing is its place
    <Text key={index} wrap="truncate">
      {row}
    </Text>
  ));
}

/** Two points over each other as one cell. */
export function halfBlock(top: Rgb, bottom: Rgb): Cell {
  if (top === bottom) return { sign: ' ', color: undefined, ground: top };
  return { sign: '▀', color: top, ground: bottom };
}
