import { FIRST_SIGN, type Picture, splitGraphemes, textWidth } from '@muster/sdk/ui';
import type { Capability } from './capability.ts';
import { type Placed, type Protocol, protocolFor } from './protocols.ts';

/** First half of the signs: a quick look at whether a frame has any. */
const SURROGATE = '\udbc0';
const MOST_IMAGES = 255;
/** Pictures remembered that are not on the screen. */
const KEPT = 8;
// oxlint-disable-next-line no-control-regex -- terminals speak in control characters
const SGR = /\u001b\[[\d;]*m/g;

interface Spot {
  readonly row: number;
  readonly column: number;
}

const moveTo = ({ row, column }: Spot): string => `\u001b[${row + 1};${column + 1}H`;
const idOf = (letter: string): number => (letter.codePointAt(0) as number) - FIRST_SIGN;

/** Pictures that the terminal draws over cells which the frame left to them. */
export interface ImageLayer {
  readonly setCapability: (capability: Capability | undefined) => void;
  readonly signOf: (picture: Picture, columns: number, rows: number) => string | undefined;
  /** The lines with blanks where signs were. What was found is drawn by `update`. */
  readonly take: (lines: readonly string[]) => readonly string[];
  /** True when a picture goes that only drawing everything anew takes away. */
  readonly leavesRests: () => boolean;
  /** Takes away pictures that went, and draws those that came or whose cells were erased. `erased` are rows. */
  readonly update: (erased: ReadonlySet<number>) => string;
  /** Takes all pictures away, for whoever gets the terminal next. */
  readonly end: () => string;
}

export function createImageLayer(): ImageLayer {
  let protocol: Protocol | undefined;
  let known: Placed[] = [];
  let nextId = 1;
  let shown = new Map<number, Spot>();
  let found = new Map<number, Spot>();

  /** Whole rectangles only: where a dialog covers a part of a picture, the picture is not drawn. */
  const spotsOf = (cells: ReadonlyMap<number, readonly Spot[]>): Map<number, Spot> => {
    const spots = new Map<number, Spot>();
    for (const [id, places] of cells) {
      const placed = known.find((one) => one.id === id);
      const first = places[0];
      if (placed === undefined || first === undefined) continue;
      const fits = places.every(
        ({ row, column }, at) =>
          row === first.row + Math.floor(at / placed.columns) && column === first.column + (at % placed.columns),
      );
      if (fits && places.length === placed.columns * placed.rows) spots.set(id, first);
    }
    return spots;
  };

  const gone = (): number[] =>
    [...shown.keys()].filter((id) => {
      const [before, now] = [shown.get(id), found.get(id)];
      return now === undefined || now.row !== before?.row || now.column !== before.column;
    });

  const take = (lines: readonly string[]): readonly string[] => {
    found = new Map();
    if (protocol === undefined || !lines.some((line) => line.includes(SURROGATE))) return lines;
    const cells = new Map<number, Spot[]>();
    const blank = lines.map((line, row) => {
      if (!line.includes(SURROGATE)) return line;
      let column = 0;
      for (const letter of splitGraphemes(line.replaceAll(SGR, ''))) {
        if (letter.startsWith(SURROGATE)) cells.set(idOf(letter), [...(cells.get(idOf(letter)) ?? []), { row, column }]);
        column += letter.startsWith(SURROGATE) ? 1 : textWidth(letter);
      }
      return line.replaceAll(/[\u{100000}-\u{1000ff}]/gu, ' ');
    });
    found = spotsOf(cells);
    return blank;
  };

  return {
    setCapability(capability) {
      protocol = capability && protocolFor(capability);
    },
    signOf(picture, columns, rows) {
      if (protocol === undefined) return undefined;
      let placed = known.find((one) => one.picture === picture && one.columns === columns && one.rows === rows);
      if (placed === undefined) {
        placed = { id: nextId, picture, columns, rows };
        nextId = (nextId % MOST_IMAGES) + 1;
        known = [...known.filter(({ id }) => id !== placed?.id), placed].slice(-KEPT);
      }
      return String.fromCodePoint(FIRST_SIGN + placed.id);
    },
    take,
    leavesRests: () => protocol !== undefined && protocol.remove === undefined && gone().length > 0,
    update(erased) {
      if (protocol === undefined) return '';
      let text = '';
      for (const id of gone()) text += protocol.remove?.(id) ?? '';
      for (const [id, spot] of found) {
        const placed = known.find((one) => one.id === id);
        if (placed === undefined) continue;
        const old = shown.get(id);
        const isThere = old?.row === spot.row && old.column === spot.column;
        const rows = Array.from({ length: placed.rows }, (_, step) => spot.row + step);
        if (!isThere || rows.some((row) => erased.has(row))) text += moveTo(spot) + protocol.draw(placed);
      }
      shown = found;
      return text;
    },
    end() {
      const text = [...shown.keys()].map((id) => protocol?.remove?.(id) ?? '').join('');
      shown = new Map();
      return text;
    },
  };
}
