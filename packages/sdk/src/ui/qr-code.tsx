import { Box } from 'ink';
import { type ReactNode, useMemo } from 'react';
import { type Cell, CellRows, drawCells, halfBlock } from './cells.tsx';
import { Lines } from './lines.tsx';
import { wrap } from './measure.ts';
import { toMusterError } from '../errors.ts';
import { createQr, type Qr } from './qr.ts';
import { type Theme, useTheme } from './theme.ts';

const DARK = 0x000000;
const LIGHT = 0xffffff;

/** Without colours a block is the terminal's colour of letters, which is light on most. */
function half(top: boolean, bottom: boolean): Cell {
  const sign = top ? (bottom ? ' ' : '▄') : bottom ? '▀' : '█';
  return { sign, color: undefined, ground: undefined };
}

/** The rows of a code with its quiet zone, black on white whatever the terminal's own colours are. */
export function qrRows(qr: Qr, quiet: number, { theme, inverted = false }: { theme: Theme; inverted?: boolean }): string[] {
  const { columns, rows } = qr.size(quiet);
  const hasColors = theme.depth > 0;
  const isDark = (row: number, column: number): boolean => qr.isDark(row - quiet, column - quiet) !== inverted;
  return Array.from({ length: rows }, (_, row) => {
    const cells = Array.from({ length: columns }, (_cell, column): Cell => {
      if (theme.ascii) {
        const dark = isDark(row, column >> 1);
        if (hasColors) return { sign: ' ', color: undefined, ground: dark ? DARK : LIGHT };
        return { sign: dark ? ' ' : '#', color: undefined, ground: undefined };
      }
      const [top, bottom] = [isDark(2 * row, column), isDark(2 * row + 1, column)];
      return hasColors ? halfBlock(top ? DARK : LIGHT, bottom ? DARK : LIGHT) : half(top, bottom);
    });
    return drawCells(cells, theme.depth);
  });
}

export interface QrCodeProps {
  readonly text: string;
  /** Of the area; the code is drawn in its middle. */
  readonly width: number;
  readonly height: number;
  /** Dark and light changed: for terminals without colours whose letters are dark. */
  readonly inverted?: boolean;
}

/** A text that no code holds must not end the screen. */
function codeOf(text: string, theme: Theme): Qr | string {
  try {
    return createQr(text, theme);
  } catch (error) {
    return toMusterError(error).message;
  }
}

const explain = (qr: Qr | string, width: number, height: number): readonly string[] => {
  if (typeof qr === 'string') return [qr];
  const { columns, rows } = qr.size();
  return [
    `The QR code needs ${columns} by ${rows} cells; here are ${width} by ${height}.`,
    'Enlarge the window, or make its letters smaller: it is drawn by itself.',
  ];
};

/** A text as a QR code, or why it is not drawn. */
export function QrCode({ text, width, height, inverted = false }: QrCodeProps): ReactNode {
  const theme = useTheme();
  const qr = useMemo(() => codeOf(text, theme), [text, theme]);
  const quiet = typeof qr === 'string' ? undefined : qr.quietIn(width, height);
  const rows = useMemo(
    () => (typeof qr === 'string' || quiet === undefined ? [] : qrRows(qr, quiet, { theme, inverted })),
    [qr, quiet, theme, inverted],
  );
  if (typeof qr === 'string' || quiet === undefined) {
    const lines = explain(qr, width, height).flatMap((sentence) => wrap(sentence, width));
    return <Lines lines={lines.slice(0, height).map((line) => [line])} width={width} height={height} />;
  }
  const { columns } = qr.size(quiet);
  const above = Math.floor((height - rows.length) / 2);
  const left = Math.floor((width - columns) / 2);
  return (
    <Box flexDirection="column" width={width} height={height} paddingTop={above} paddingLeft={left} flexShrink={0}>
      <CellRows rows={rows} />
    </Box>
  );
}
