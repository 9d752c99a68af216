import type { Document } from '../../ports/store.ts';
import type { Scalar } from '../../query/filter.ts';
import { scalarReader } from '../../query/path.ts';
import type { Row } from './row.ts';
import type { SavedUnique } from './saved-table.ts';

/** Rows by the value of a path that, where not null, no two documents share. */
export class UniqueValues {
  readonly path: string;
  readonly roots: readonly string[];
  readonly #read: (document: Document) => Scalar;
  #rows = new Map<Scalar, Row>();
  /** What the map is filled with when it is first needed: a host that imports nothing never does. */
  #unread: { readonly saved: SavedUnique; readonly rows: readonly Row[] } | undefined;

  constructor(path: string) {
    this.path = path;
    this.roots = [path.split('.', 1)[0] as string];
    this.#read = scalarReader(path);
  }

  get(value: Scalar): Row | undefined {
    return value === null ? undefined : this.#known().get(value);
  }

  /** Another row that has the value of this document. */
  ownerOf(document: Document): Row | undefined {
    const owner = this.get(this.#read(document));
    return owner?.document.id === document.id ? undefined : owner;
  }

  add(row: Row): void {
    const value = this.#read(row.document);
    if (value !== null) this.#known().set(value, row);
  }

  remove(row: Row): void {
    const value = this.#read(row.document);
    if (value !== null) this.#known().delete(value);
  }

  /** From the rows themselves. Returns a row whose value another one has. */
  build(rows: Iterable<Row>): Row | undefined {
    this.#rows = new Map();
    for (const row of rows) {
      const value = this.#read(row.document);
      if (value === null) continue;
      const before = this.#rows.size;
      this.#rows.set(value, row);
      // Asked so, each value is looked up once.
      if (this.#rows.size === before) return row;
    }
    return undefined;
  }

  /** `rows` in the order of their places, none of them changed since. */
  restore(saved: SavedUnique, rows: readonly Row[]): void {
    this.#unread = { saved, rows };
  }

  save(): SavedUnique {
    if (this.#unread) {
      // None of these values has changed, or the map had been needed; their rows may stand elsewhere by now.
      const { saved, rows } = this.#unread;
      return { ...saved, places: saved.places.map((place) => (rows[place] as Row).place) };
    }
    const known = this.#rows;
    const values = [...known.keys()];
    return { path: this.path, places: Uint32Array.from(known.values(), (row) => row.place), values: () => values };
  }

  #known(): Map<Scalar, Row> {
    if (this.#unread) {
      const { saved, rows } = this.#unread;
      this.#unread = undefined;
      const values = saved.values();
      for (const [at, place] of saved.places.entries()) this.#rows.set(values[at] as Scalar, rows[place] as Row);
    }
    return this.#rows;
  }
}
