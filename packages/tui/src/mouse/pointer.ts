/** What the terminal shows, cell by cell. */
export type Cells = readonly (readonly string[])[];

const EDGES = new Set(['│', '|']);
const POINTERS = new Set(['❯', '>']);
/** A pointer stands at the beginning of its line. */
const MARGIN = 4;

/** The columns between the edges of the panel that is drawn around a place. */
function panelAt(cells: Cells, row: number, column: number): readonly [left: number, right: number] | undefined {
  const line = cells[row] ?? [];
  if (EDGES.has(line[column] ?? '')) return undefined;
  const left = line.findLastIndex((cell, index) => index < column && EDGES.has(cell));
  const right = line.findIndex((cell, index) => index > column && EDGES.has(cell));
  return left < 0 || right < 0 ? undefined : [left, right];
}

/** The row of the pointer in the panel that is drawn around a place; undefined when it has none. */
export function pointerRow(cells: Cells, row: number, column: number): number | undefined {
  const panel = panelAt(cells, row, column);
  if (panel === undefined) return undefined;
  const [left, right] = panel;
  const isInside = (at: number): boolean => EDGES.has(cells[at]?.[left] ?? '') && EDGES.has(cells[at]?.[right] ?? '');
  let first = row;
  while (isInside(first - 1)) first--;
  for (let at = first; isInside(at); at++)
    if ((cells[at] ?? []).slice(left + 1, left + 1 + MARGIN).some((cell) => POINTERS.has(cell))) return at;
  return undefined;
}
