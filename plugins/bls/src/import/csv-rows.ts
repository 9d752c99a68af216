/** One row of a CSV file. */
export interface CsvRow {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

const MAX_ROW = 200_000;

export class CsvProblem extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.name = 'CsvProblem';
    this.line = line;
  }
}

/** What parts the cells of a header: the one of these that it has most of. */
export function separatorOf(header: string): string {
  const counts = [',', ';', '\t', '|'].map((mark) => [mark, header.split(mark).length] as const);
  return counts.toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? ',';
}

/**
 * Rows of a CSV text that comes in pieces: quoted cells, doubled quotes, line breaks in cells, LF, CRLF or CR. Rows without any
 * text are passed over. A quote that never closes, or a row beyond 200,000 characters, is a CsvProblem.
 */
export async function* csvRows(pieces: AsyncIterable<string>, separator: string): AsyncGenerator<CsvRow> {
  let cells: string[] = [];
  let cell = '';
  let size = 0;
  let line = 1;
  let begins = 1;
  let state: 'plain' | 'quoted' | 'quote-in-quoted' = 'plain';
  let afterReturn = false;

  const endRow = (): CsvRow | undefined => {
    const row = { line: begins, cells: [...cells, cell] };
    cells = [];
    cell = '';
    size = 0;
    return row.cells.some((text) => text.trim() !== '') ? row : undefined;
  };

  for await (const piece of pieces) {
    for (const char of piece) {
      const isBreak = char === '\n' || char === '\r';
      if (char === '\n' && afterReturn) {
        afterReturn = false;
        if (state !== 'quoted') begins = line;
        continue;
      }
      afterReturn = char === '\r';
      if (isBreak) line += 1;
      size += 1;
      if (size > MAX_ROW) throw new CsvProblem(begins, `the row is longer than ${MAX_ROW} characters; a quote may not be closed`);
      if (state === 'quoted') {
        if (char === '"') state = 'quote-in-quoted';
        else cell += isBreak ? '\n' : char;
        continue;
      }
      if (state === 'quote-in-quoted' && char === '"') {
        cell += '"';
        state = 'quoted';
        continue;
      }
      if (state === 'quote-in-quoted') state = 'plain';
      if (isBreak) {
        const row = endRow();
        begins = line;
        if (row) yield row;
      } else if (char === separator) {
        cells.push(cell);
        cell = '';
      } else if (char === '"' && cell.trim() === '') {
        cell = '';
        state = 'quoted';
      } else cell += char;
    }
  }
  if (state === 'quoted') throw new CsvProblem(begins, 'a quote is not closed');
  const row = endRow();
  if (row) yield row;
}
