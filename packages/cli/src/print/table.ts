import { safeText } from '@muster/sdk';
import stringWidth from 'string-width';

export interface Column<T> {
  readonly title: string;
  value(row: T): string | number | null;
  readonly align?: 'right';
  /** Gives up width first when the terminal is narrow. */
  readonly flexible?: boolean;
  /** Left out where there is no room, the highest first; 0 and none: never. */
  readonly spare?: number;
}

/** The smallest width that a flexible column is cut to. */
const NARROW = 8;
const GAP = '  ';

const cell = (value: string | number | null): string => (value === null ? '' : safeText(String(value), 10_000));

/** Cuts text to a display width, with `…` in the last column. */
export function cutToWidth(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += stringWidth(segment);
    if (used > width - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}

const pad = (text: string, width: number, align: 'right' | undefined): string => {
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'right' ? space + text : text + space;
};

interface Measured<T> {
  readonly column: Column<T>;
  readonly cells: readonly string[];
  readonly width: number;
}

const measure = <T>(column: Column<T>, rows: readonly T[]): Measured<T> => {
  const cells = [column.title, ...rows.map((row) => cell(column.value(row)))];
  return { column, cells, width: Math.max(...cells.map((text) => stringWidth(text))) };
};

const least = <T>(shown: readonly Measured<T>[]): number =>
  shown.reduce((sum, { column, width }) => sum + GAP.length + (column.flexible ? Math.min(NARROW, width) : width), -GAP.length);

/** The columns that say something and for which there is room. */
function fitting<T>(columns: readonly Column<T>[], rows: readonly T[], width: number): Measured<T>[] {
  const said = columns
    .map((column) => measure(column, rows))
    .filter(({ cells, column }) => !column.spare || cells.some((text, at) => at > 0 && text !== ''));
  let shown = said;
  for (const { column } of said
    .filter((one) => one.column.spare)
    .toSorted((a, b) => (b.column.spare ?? 0) - (a.column.spare ?? 0))) {
    if (least(shown) <= width) break;
    shown = shown.filter((one) => one.column !== column);
  }
  return shown;
}

/** Lines of a table with a header, its columns aligned by display width, no line wider than `width`. */
export function tableLines<T>(all: readonly Column<T>[], rows: readonly T[], width: number): string[] {
  const shown = fitting(all, rows, width);
  const columns = shown.map(({ column }) => column);
  const cells = ['', ...rows].map((_, at) => shown.map((one) => one.cells[at] ?? ''));
  const widths = shown.map((one) => one.width);
  let excess = widths.reduce((sum, one) => sum + one, 0) + GAP.length * (columns.length - 1) - width;
  for (const [at, column] of columns.entries()) {
    if (!column.flexible || excess <= 0) continue;
    const given = Math.min(excess, Math.max(0, (widths[at] ?? 0) - NARROW));
    widths[at] = (widths[at] ?? 0) - given;
    excess -= given;
  }
  return cells.map((line) =>
    line
      .map((text, at) => pad(cutToWidth(text, widths[at] ?? 0), widths[at] ?? 0, columns[at]?.align))
      .join(GAP)
      .trimEnd(),
  );
}

/** The same for programs that read lines: no header, one tab between cells. */
export const plainLines = <T>(columns: readonly Column<T>[], rows: readonly T[]): string[] =>
  rows.map((row) => columns.map((column) => cell(column.value(row))).join('\t'));
