import { Box } from 'ink';
import { memo, type ReactNode } from 'react';
import { Line, type Span } from './line.tsx';
import { cutMiddle, drawable, fit } from './measure.ts';
import { useTheme } from './theme.ts';

export interface Column<Row> {
  readonly title: string;
  /** Columns of the terminal; one column of the table may take what is left (`grow`). */
  readonly width: number;
  readonly grow?: boolean;
  readonly align?: 'left' | 'right';
  /** Where a text too long is cut: at its end, or in its middle, for names that begin alike. */
  readonly cut?: 'end' | 'middle';
  readonly cell: (row: Row) => Span | string;
}

/** Widths for a line of `width`: the growing column takes the rest, and columns that do not fit are left out from the right. */
export function fitColumns<Row>(columns: readonly Column<Row>[], width: number): Column<Row>[] {
  const kept: Column<Row>[] = [];
  let used = 0;
  for (const column of columns) {
    if (used + column.width + 1 > width + 1) continue;
    kept.push(column);
    used += column.width + 1;
  }
  const rest = width - (used - 1);
  return kept.map((column) => (column.grow && rest > 0 ? Object.assign({}, column, { width: column.width + rest }) : column));
}

export interface TableProps<Row> {
  /** Already fitted to `width - 5`: the pointer and the mark take five columns. */
  readonly columns: readonly Column<Row>[];
  /** The rows in view, from `top` on; `undefined` for one that has not arrived. */
  readonly rows: readonly (Row | undefined)[];
  readonly top: number;
  readonly cursor: number;
  readonly width: number;
  readonly height: number;
  readonly isMarked?: (row: Row, index: number) => boolean;
}

interface TableRowProps<Row> {
  readonly row: Row | undefined;
  readonly columns: readonly Column<Row>[];
  readonly selected: boolean;
  readonly marked: boolean;
  readonly width: number;
}

function TableRow<Row>({ row, columns, selected, marked, width }: TableRowProps<Row>): ReactNode {
  const theme = useTheme();
  const spans: (Span | string)[] = [
    { text: selected ? '❯ ' : '  ', tone: 'accent', bold: true },
    { text: marked ? '✓ ' : '  ', tone: 'accent' },
  ];
  if (row === undefined) spans.push({ text: '…', tone: 'faint' });
  else
    for (const [index, column] of columns.entries()) {
      const cell = column.cell(row);
      const span: Span = typeof cell === 'string' ? { text: cell } : cell;
      const drawn = theme.draw(drawable(span.text));
      const whole = column.cut === 'middle' ? cutMiddle(drawn, column.width, theme.draw('…')) : drawn;
      const text = fit(whole, column.width, column.align);
      spans.push({
        ...span,
        text: index === columns.length - 1 ? text : `${text} `,
        bold: (span.bold ?? false) || (selected && index === 0),
      });
    }
  return <Line width={width} spans={spans} />;
}
const MemoRow = memo(TableRow) as typeof TableRow;

/** A window into a list of any length: only the rows in view are drawn, and only those that changed are drawn anew. */
export function Table<Row>({ columns, rows, top, cursor, width, height, isMarked }: TableProps<Row>): ReactNode {
  const heading = columns.map((column) => fit(column.title, column.width, column.align)).join(' ');
  return (
    <Box flexDirection="column" height={height} flexShrink={0} overflow="hidden">
      <Line width={width} spans={['    ', { text: heading, tone: 'faint', bold: true }]} />
      {rows.slice(0, height - 1).map((row, offset) => (
        <MemoRow
          // oxlint-disable-next-line react/no-array-index-key -- a row of the screen is its place: scrolling changes contents, not rows
          key={offset}
          row={row}
          columns={columns}
          selected={top + offset === cursor}
          marked={row !== undefined && (isMarked?.(row, top + offset) ?? false)}
          width={width}
        />
      ))}
    </Box>
  );
}
