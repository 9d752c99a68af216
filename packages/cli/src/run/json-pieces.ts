import { safeJson } from '@muster/sdk';

/** So much of a document is held back, so that one that fails early leaves nothing on stdout. */
const HELD_BACK = 4 * 1024 * 1024;
const PIECE = 64 * 1024;

/** Writes one JSON document in pieces, however large it gets. */
export interface JsonPieces {
  /** Text of the document as it is. */
  text(text: string): void;
  /** A value as JSON. */
  value(value: unknown): void;
  /** Values between brackets, with commas. */
  list(values: Iterable<unknown>): void;
  /** Writes what is held back, and ends the line. */
  end(): void;
}

export function createJsonPieces(write: (text: string) => void): JsonPieces {
  let held: string[] = [];
  let length = 0;
  let most = HELD_BACK;
  const flush = (): void => {
    write(safeJson(held.join('')));
    held = [];
    length = 0;
    most = PIECE;
  };
  const text = (piece: string): void => {
    held.push(piece);
    length += piece.length;
    if (length >= most) flush();
  };
  const value = (given: unknown): void => text(JSON.stringify(given));
  return {
    text,
    value,
    list(values) {
      text('[');
      let first = true;
      for (const each of values) {
        if (!first) text(',');
        first = false;
        value(each);
      }
      text(']');
    },
    end() {
      text('\n');
      flush();
    },
  };
}
