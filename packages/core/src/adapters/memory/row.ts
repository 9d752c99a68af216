import type { Document } from '../../ports/store.ts';

/** A document that was read from a file but not parsed yet: one line of JSON in a piece of that file. */
export class Unread {
  readonly #piece: Buffer;
  readonly #start: number;
  readonly #end: number;

  constructor(piece: Buffer, start: number, end: number) {
    this.#piece = piece;
    this.#start = start;
    this.#end = end;
  }

  get json(): string {
    return this.#piece.toString('utf8', this.#start, this.#end);
  }
}

export type Stored = Document | Unread;

/** As it stands in a file. */
export const jsonOf = (stored: Stored): string => (stored instanceof Unread ? stored.json : JSON.stringify(stored));

/**
 * A place in the tables that keeps its identity while the document in it is replaced. Indexes point at rows. A document is parsed
 * when it is first looked at: most of a large store never is while its process lives.
 */
export class Row {
  stored: Stored;
  /** Its number among the rows when the table was last captured or loaded. */
  place: number;

  constructor(stored: Stored, place = 0) {
    this.stored = stored;
    this.place = place;
  }

  get document(): Document {
    const { stored } = this;
    if (!(stored instanceof Unread)) return stored;
    const document = JSON.parse(stored.json) as Document;
    this.stored = document;
    return document;
  }

  set document(document: Document) {
    this.stored = document;
  }
}
