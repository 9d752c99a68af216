import type { Document } from '../../ports/store.ts';
import type { Cursor } from '../merge-cursors.ts';
import type { Row } from './row.ts';

export type RowOrder = (left: Document, right: Document) => number;

/** True for every row in front of a place, false for all behind it. */
export type Before = (document: Document) => boolean;

/** One order, for two rows and for many that are compared with one. */
export interface RowOrders {
  readonly order: RowOrder;
  /** What is before this document. */
  readonly before: (document: Document) => Before;
}

export interface Span {
  readonly descending: boolean;
  /** First rows to leave out at the low end. */
  readonly belowLow?: Before | undefined;
  /** The rows up to the high end. */
  readonly belowHigh?: Before | undefined;
}

// Small enough that inserting into one is a short move of memory, large enough that a million rows are few pieces.
const PIECE = 512;

const searchIn = (rows: readonly Row[], isBefore: Before): number => {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore((rows[middle] as Row).document)) low = middle + 1;
    else high = middle;
  }
  return low;
};

/**
 * Rows in order, as a list of short sorted arrays: a B-tree of two levels. Rows must not change in the ordered fields
 * while they are in it. A partition of one row costs one array of one element.
 */
export class SortedRows {
  readonly #order: RowOrder;
  readonly #before: (document: Document) => Before;
  #pieces: Row[][] = [];
  size = 0;

  constructor({ order, before }: RowOrders) {
    this.#order = order;
    this.#before = before;
  }

  /** Takes rows in any order; quick when they are nearly sorted. Only for an empty list. */
  fill(rows: Row[]): void {
    rows.sort((left, right) => this.#order(left.document, right.document));
    this.fillSorted(rows);
  }

  /** Takes rows in order. Only for an empty list. */
  fillSorted(rows: readonly Row[]): void {
    this.size = rows.length;
    for (let at = 0; at < rows.length; at += PIECE) this.#pieces.push(rows.slice(at, at + PIECE));
  }

  *values(): Generator<Row> {
    for (const piece of this.#pieces) yield* piece;
  }

  insert(row: Row): void {
    this.size += 1;
    if (this.#pieces.length === 0) {
      this.#pieces.push([row]);
      return;
    }
    const isBefore = this.#before(row.document);
    const end = this.#pieces.length - 1;
    const last = this.#pieces[end] as Row[];
    // Most numbers grow: what is used goes to the end of the circle, and leases end in the order in which they began.
    const goesLast = isBefore((last[last.length - 1] as Row).document);
    const at = goesLast ? end : this.#pieceAt(isBefore);
    const piece = this.#pieces[at] as Row[];
    if (goesLast) piece.push(row);
    else piece.splice(searchIn(piece, isBefore), 0, row);
    if (piece.length > 2 * PIECE) this.#pieces.splice(at + 1, 0, piece.splice(PIECE));
  }

  /** The row must be in the list, its document as it was when inserted. */
  remove(row: Row): void {
    const isBefore = this.#before(row.document);
    // What is leased stands at the front of the circle.
    const at = this.#pieces[0]?.[0] === row ? 0 : this.#pieceAt(isBefore);
    const piece = this.#pieces[at] as Row[];
    const place = piece[0] === row ? 0 : searchIn(piece, isBefore);
    if (piece[place] !== row) throw new Error(`The index has lost document ${row.document.id}.`);
    piece.splice(place, 1);
    this.size -= 1;
    if (piece.length === 0) this.#pieces.splice(at, 1);
  }

  /** Must not be used after the list has changed. */
  cursor(span: Span): Cursor<Row> {
    const first = this.#positionOf(span.belowLow, false);
    const end = this.#positionOf(span.belowHigh, true);
    return span.descending ? this.#backward(first, end) : this.#forward(first, end);
  }

  /** The first piece whose last row is not in front. */
  #pieceAt(isBefore: Before): number {
    let low = 0;
    let high = this.#pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const piece = this.#pieces[middle] as Row[];
      if (isBefore((piece[piece.length - 1] as Row).document)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #positionOf(isBefore: Before | undefined, atEnd: boolean): Position {
    if (!isBefore) return atEnd ? { piece: this.#pieces.length, place: 0 } : { piece: 0, place: 0 };
    const piece = this.#pieceAt(isBefore);
    return { piece, place: searchIn(this.#pieces[piece] ?? [], isBefore) };
  }

  #forward(first: Position, end: Position): Cursor<Row> {
    const pieces = this.#pieces;
    let { piece, place } = first;
    const here = (): Row | undefined => {
      if (piece > end.piece || (piece === end.piece && place >= end.place)) return undefined;
      return pieces[piece]?.[place];
    };
    const cursor: Cursor<Row> = {
      head: here(),
      advance: () => {
        place += 1;
        if (place >= (pieces[piece]?.length ?? 0)) {
          piece += 1;
          place = 0;
        }
        cursor.head = here();
      },
    };
    return cursor;
  }

  #backward(first: Position, end: Position): Cursor<Row> {
    const pieces = this.#pieces;
    let { piece, place } = end;
    const step = (): Row | undefined => {
      place -= 1;
      while (place < 0) {
        piece -= 1;
        if (piece < 0) return undefined;
        place = (pieces[piece]?.length ?? 0) - 1;
      }
      if (piece < first.piece || (piece === first.piece && place < first.place)) return undefined;
      return pieces[piece]?.[place];
    };
    const cursor: Cursor<Row> = {
      head: undefined,
      advance: () => {
        cursor.head = step();
      },
    };
    cursor.advance();
    return cursor;
  }
}

interface Position {
  readonly piece: number;
  readonly place: number;
}
