/** Things one after another; `head` is undefined at the end. */
export interface Cursor<T> {
  head: T | undefined;
  advance(): void;
}

/** What is under several ordered cursors, in order: a heap of their heads. */
export function* mergeCursors<T>(cursors: readonly Cursor<T>[], order: (left: T, right: T) => number): Generator<T> {
  const heap = cursors.filter((cursor) => cursor.head !== undefined);
  const headAt = (place: number): T => (heap[place] as Cursor<T>).head as T;
  const goesFirst = (left: number, right: number): boolean => order(headAt(left), headAt(right)) < 0;

  const sink = (start: number): void => {
    let at = start;
    for (;;) {
      let first = at;
      const left = 2 * at + 1;
      if (left < heap.length && goesFirst(left, first)) first = left;
      if (left + 1 < heap.length && goesFirst(left + 1, first)) first = left + 1;
      if (first === at) return;
      [heap[at], heap[first]] = [heap[first] as Cursor<T>, heap[at] as Cursor<T>];
      at = first;
    }
  };

  for (let at = (heap.length >>> 1) - 1; at >= 0; at -= 1) sink(at);
  while (heap.length > 0) {
    const top = heap[0] as Cursor<T>;
    yield top.head as T;
    top.advance();
    if (top.head === undefined) {
      const last = heap.pop() as Cursor<T>;
      if (heap.length > 0) heap[0] = last;
    }
    sink(0);
  }
}
