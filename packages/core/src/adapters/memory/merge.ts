import type { Document } from '../../ports/store.ts';
import type { Cursor, Row, RowOrder } from './sorted-rows.ts';

/** Rows of several ordered cursors, in order: a heap of their heads. */
export function* mergeCursors(cursors: readonly Cursor[], order: RowOrder): Generator<Row> {
  const heap = cursors.filter((cursor) => cursor.head !== undefined);
  const headAt = (place: number): Document => ((heap[place] as Cursor).head as Row).document;
  const goesFirst = (left: number, right: number): boolean => order(headAt(left), headAt(right)) < 0;

  const sink = (start: number): void => {
    let at = start;
    for (;;) {
      let first = at;
      const left = 2 * at + 1;
      if (left < heap.length && goesFirst(left, first)) first = left;
      if (left + 1 < heap.length && goesFirst(left + 1, first)) first = left + 1;
      if (first === at) return;
      [heap[at], heap[first]] = [heap[first] as Cursor, heap[at] as Cursor];
      at = first;
    }
  };

  for (let at = (heap.length >>> 1) - 1; at >= 0; at -= 1) sink(at);
  while (heap.length > 0) {
    const top = heap[0] as Cursor;
    yield top.head as Row;
    top.advance();
    if (top.head === undefined) {
      const last = heap.pop() as Cursor;
      if (heap.length > 0) heap[0] = last;
    }
    sink(0);
  }
}
