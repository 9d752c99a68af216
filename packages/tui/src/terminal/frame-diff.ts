import { splitGraphemes, textWidth } from '@muster/sdk/ui';

/** One column of a line. The further columns of a wide letter have the text ''. */
interface Cell {
  readonly text: string;
  /** The numbers of its SGR sequence; empty for plain. */
  readonly style: string;
}

interface ParsedLine {
  readonly cells: readonly Cell[];
  /** Every cell is one letter of one column: where each stands is beyond doubt on any terminal. */
  readonly steady: boolean;
}

const ERASE = '\u001b[K';
// oxlint-disable-next-line no-control-regex -- terminals speak in control characters
const SGR = /\u001b\[([\d;]*)m/g;
/** Unchanged cells between two changed runs that cost less than moving over them. */
const SMALL_GAP = 4;
/** Cells kept; a picture in true colours would fill the memory otherwise. */
const MOST_STYLES = 200;
const MOST_LETTERS = 500;
/** Lines kept in parts: a pointer that goes on leaves lines as they were a moment ago. */
const KEPT_LINES = 200;
/** Blank cells at the end of a line that cost less than erasing them. */
const SMALL_TAIL = 3;

const cellsOf = new Map<string, Map<string, Cell>>();
/** Letters of a style come again and again: one object for each, so that lines are cheap to keep and quick to compare. */
function cellOf(text: string, style: string): Cell {
  let ofStyle = cellsOf.get(style);
  if (ofStyle === undefined) {
    if (cellsOf.size > MOST_STYLES) cellsOf.clear();
    cellsOf.set(style, (ofStyle = new Map()));
  }
  let cell = ofStyle.get(text);
  if (cell === undefined) {
    if (ofStyle.size > MOST_LETTERS) ofStyle.clear();
    ofStyle.set(text, (cell = { text, style }));
  }
  return cell;
}
const BLANK = cellOf(' ', '');

/** The rendition after a sequence of numbers, as numbers in a steady order. */
function styleAfter(style: ReadonlyMap<string, string>, numbers: string): Map<string, string> {
  const next = new Map(style);
  const codes = numbers === '' ? ['0'] : numbers.split(';');
  for (let at = 0; at < codes.length; at++) {
    const code = Number(codes[at]);
    if (code === 0) next.clear();
    else if (code === 22) {
      next.delete('1');
      next.delete('2');
    } else if (code === 39) next.delete('color');
    else if (code === 49) next.delete('ground');
    else if (code > 22 && code < 30) next.delete(String(code - 20));
    else if (code < 10) next.set(String(code), String(code));
    else if (code === 38 || code === 48) {
      const count = codes[at + 1] === '5' ? 3 : 5;
      next.set(code === 38 ? 'color' : 'ground', codes.slice(at, at + count).join(';'));
      at += count - 1;
    } else next.set((code >= 40 && code <= 47) || code >= 100 ? 'ground' : 'color', String(code));
  }
  return next;
}

const numbersOf = (style: ReadonlyMap<string, string>): string => [...style.values()].toSorted().join(';');

/** A rendition, and those that were reached from it. */
interface Rendition {
  readonly codes: ReadonlyMap<string, string>;
  readonly style: string;
  readonly next: Map<string, Rendition>;
}
const NORMAL: Rendition = { codes: new Map(), style: '', next: new Map() };
const renditions = new Map([['', NORMAL]]);

function renditionAfter(before: Rendition, numbers: string): Rendition {
  const known = before.next.get(numbers);
  if (known !== undefined) return known;
  if (renditions.size > MOST_STYLES || before.next.size > MOST_STYLES) {
    renditions.clear();
    NORMAL.next.clear();
    renditions.set('', NORMAL);
  }
  const codes = styleAfter(before.codes, numbers);
  const style = numbersOf(codes);
  const after = renditions.get(style) ?? { codes, style, next: new Map<string, Rendition>() };
  renditions.set(style, after);
  before.next.set(numbers, after);
  return after;
}

function parseLine(line: string, columns: number): ParsedLine {
  const cells: Cell[] = [];
  let steady = true;
  let rendition = NORMAL;
  const add = (text: string): void => {
    const { style } = rendition;
    for (const letter of splitGraphemes(text)) {
      const width = letter.length === 1 && letter < '\u007f' ? 1 : textWidth(letter);
      if (width !== 1 || letter.length > 1) steady = false;
      if (width === 0) continue;
      cells.push(cellOf(letter, style));
      for (let more = 1; more < width; more++) cells.push(cellOf('', style));
    }
  };
  let from = 0;
  for (const match of line.matchAll(SGR)) {
    add(line.slice(from, match.index));
    rendition = renditionAfter(rendition, match[1] ?? '');
    from = match.index + match[0].length;
  }
  add(line.slice(from));
  return { cells: cells.length > columns ? cells.slice(0, columns) : cells, steady };
}

const same = (a: Cell, b: Cell): boolean => a === b || (a.text === b.text && a.style === b.style);
const moveTo = (row: number, column: number): string =>
  column === 0 ? (row === 0 ? '\u001b[H' : `\u001b[${row + 1}H`) : `\u001b[${row + 1};${column + 1}H`;

/** Cells as text; ends in the plain rendition. */
function draw(cells: readonly Cell[]): string {
  let text = '';
  let style = '';
  for (const cell of cells) {
    if (cell.style !== style) {
      text += cell.style === '' ? '\u001b[m' : `\u001b[${style === '' ? '' : '0;'}${cell.style}m`;
      style = cell.style;
    }
    text += cell.text;
  }
  return style === '' ? text : `${text}\u001b[m`;
}

function withoutTail(cells: readonly Cell[]): readonly Cell[] {
  let end = cells.length;
  while (end > 0 && same(cells[end - 1] as Cell, BLANK)) end--;
  return cells.slice(0, end);
}

/** Underlined, inverse, struck through, or with a ground: seen on a blank too. */
const SEEN = /(?:^|;)(?:4|7|9|4\d|10\d)(?:;|$)/;
const isClear = ({ text, style }: Cell): boolean => text === ' ' && !SEEN.test(style);
const isGround = ({ text, style }: Cell): boolean => text === ' ' && SEEN.test(style);
const toColumn = (column: number): string => `\u001b[${column + 1}G`;
/** Of a word that began with letters of unsteady width. */
const LETTER = /^(?![ -~])[\p{L}\p{M}]/u;
/** True for what some terminals may draw wider or narrower than it is taken for here. */
const isUnsteady = ({ text }: Cell): boolean => text.length !== 1 || textWidth(text) !== 1;

/**
 * A line that is blank so far. After words whose width is not the same everywhere, what follows is put in its column by number, and
 * blanks between are stepped over: they are the room that such letters may need.
 */
function drawLine({ cells: all, steady }: ParsedLine): string {
  const cells = withoutTail(all);
  if (steady) return draw(cells);
  let text = '';
  for (let column = 0; column < cells.length;) {
    let word = column;
    while (word < cells.length && !isUnsteady(cells[word] as Cell)) word++;
    let end = word;
    while (end < cells.length && (isUnsteady(cells[end] as Cell) || LETTER.test((cells[end] as Cell).text))) end++;
    text += (column === 0 ? '' : toColumn(column)) + draw(cells.slice(column, word));
    column = end;
    while (column < cells.length && isGround(cells[column] as Cell)) column++;
    // Room that is seen, as in an inverse line, is drawn first and the word over it.
    if (column > end) {
      const room = { text: ' ', style: (cells[end] as Cell).style };
      text += draw(Array.from({ length: column - word }, () => room)) + toColumn(word);
    }
    text += draw(cells.slice(word, end));
    while (column < cells.length && isClear(cells[column] as Cell)) column++;
  }
  return text;
}

/** A terminal whose last column was drawn stands on it still: erasing from there on would take it away. */
function updateWhole(row: number, next: ParsedLine, columns: number): string {
  if (!next.steady) return `${moveTo(row, 0)}${ERASE}${drawLine(next)}`;
  const cells = withoutTail(next.cells);
  return moveTo(row, 0) + draw(cells) + (cells.length < columns ? ERASE : '');
}

function updateLine(row: number, before: ParsedLine, next: ParsedLine, columns: number): string {
  // Where terminals may disagree on widths, no column after the first is sure.
  if (!before.steady || !next.steady) return updateWhole(row, next, columns);
  const old = withoutTail(before.cells);
  const cells = withoutTail(next.cells);
  const length = Math.max(old.length, cells.length);
  const erases = old.length - cells.length > SMALL_TAIL;
  const end = erases ? cells.length : length;
  const at = (line: readonly Cell[], column: number): Cell => line[column] ?? BLANK;
  let text = '';
  for (let column = 0; column < end; column++) {
    if (same(at(old, column), at(cells, column))) continue;
    const start = column;
    let last = column;
    for (; column < end && column - last <= SMALL_GAP; column++) if (!same(at(old, column), at(cells, column))) last = column;
    column = last;
    text += moveTo(row, start) + draw(Array.from({ length: last + 1 - start }, (_, step) => at(cells, start + step)));
  }
  return erases ? `${text}${moveTo(row, cells.length)}${ERASE}` : text;
}

/** Remembers what a terminal shows, and answers with the least that turns it into the next frame. */
export interface FrameDiff {
  /** The lines hold no control sequences but SGR; what is wider than `columns` is cut off, as it would wrap. */
  readonly update: (lines: readonly string[], columns: number) => string;
  /** What the terminal shows, cell by cell; the second cell of a wide letter is ''. */
  readonly cells: () => readonly (readonly string[])[];
  /** Rows that the last update erased, wholly or from some column on. */
  readonly erased: () => ReadonlySet<number>;
  /** What the terminal shows is not known any more: the next frame is drawn whole. */
  readonly forget: () => void;
}

export function createFrameDiff(): FrameDiff {
  let shown: readonly string[] | undefined;
  let width = 0;
  const parsed = new Map<string, ParsedLine>();
  let erased = new Set<number>();
  return {
    erased: () => erased,
    update(lines, columns) {
      const before = shown;
      shown = lines;
      erased = new Set(before === undefined ? lines.keys() : []);
      if (width !== columns) parsed.clear();
      width = columns;
      if (parsed.size > KEPT_LINES) for (const line of [...parsed.keys()].slice(0, KEPT_LINES / 2)) parsed.delete(line);
      const of = (line: string): ParsedLine => {
        const known = parsed.get(line) ?? parseLine(line, columns);
        // The last one asked for is the last one forgotten.
        parsed.delete(line);
        parsed.set(line, known);
        return known;
      };
      if (before === undefined) return `\u001b[m\u001b[H\u001b[2J${lines.map((line) => drawLine(of(line))).join('\r\n')}`;
      let text = '';
      for (let row = 0; row < Math.max(lines.length, before.length); row++) {
        const next = lines[row] ?? '';
        const old = before[row] ?? '';
        if (next === old) continue;
        const update = updateLine(row, of(old), of(next), columns);
        if (update.includes(ERASE)) erased.add(row);
        text += update;
      }
      return text;
    },
    cells: () => (shown ?? []).map((line) => parseLine(line, Infinity).cells.map(({ text }) => text)),
    forget() {
      shown = undefined;
    },
  };
}
