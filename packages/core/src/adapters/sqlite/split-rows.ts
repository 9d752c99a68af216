import type { CollectionDefinition, Document } from '../../ports/store.ts';
import { columnOf, fromColumn, stateName, tableName } from './columns.ts';
import { rootOf } from './kept-numbers.ts';
import { hotPaths } from './lagging-indexes.ts';
import { createSplitter } from './split-document.ts';
import type { SqlRow, Statements } from './statements.ts';

/** Documents read in a batch are kept until its end, so that a claim does not read them twice. */
const MOST_KEPT = 5000;

/** Where a document stands, and the checksum of its part that seldom changes. */
export interface Place {
  readonly seq: number;
  readonly coldSum: number;
}

interface Options {
  readonly definition: CollectionDefinition;
  readonly statements: Statements;
  /** False on a connection that sees the changes of another. */
  readonly keepsDocuments: boolean;
}

/** Reads the rows of both tables of a split collection, and keeps what it has read until it is told to forget. */
export const createSplitRows = ({ definition, statements, keepsDocuments }: Options) => {
  const { name, hot = { fields: [] } } = definition;
  const cold = tableName(name);
  // What a view has beside the hot fields, from their columns.
  const given = hotPaths(definition).filter((path) => path === rootOf(path) && !hot.fields.includes(path));
  const splitter = createSplitter(name, hot.fields, given);
  const inViews = new Set(['id', ...hot.fields, ...given]);
  const selection = [
    'c.seq, c.id, c.document, c.sum, h.state, h.sum AS state_sum',
    ...given.map((path) => `h.${columnOf(path)}`),
  ].join(', ');
  const all = `SELECT ${selection} FROM ${cold} AS c LEFT JOIN ${stateName(name)} AS h ON h.seq = c.seq`;
  const byId = `${all} WHERE c.id = ?`;
  const kept = new Map<string, Document>();
  const places = new Map<string, Place>();

  const forget = (): void => {
    kept.clear();
    places.clear();
  };
  const keep = (document: Document, { seq, sum }: SqlRow): Document => {
    if (kept.size >= MOST_KEPT) forget();
    kept.set(document.id, document);
    places.set(document.id, { seq: seq as number, coldSum: sum as number });
    return document;
  };
  const decode = (row: SqlRow): Document => {
    const document = splitter.decode(row);
    return keepsDocuments ? keep(document, row) : document;
  };
  const decodeView = (row: SqlRow): Document =>
    keep(
      splitter.decodeView(row, (field) => fromColumn(row[`.${field}`])),
      row,
    );

  return {
    splitter,
    selection,
    decode,
    decodeView,
    /** Do views have this field? */
    hasInViews: (path: string): boolean => inViews.has(rootOf(path)),
    forget,
    forgetOne(id: string): void {
      kept.delete(id);
      places.delete(id);
    },
    remember(document: Document, place: Place): void {
      if (!keepsDocuments) return;
      kept.set(document.id, document);
      places.set(document.id, place);
    },
    /** What was read of this document, perhaps a view. */
    known: (id: string): Document | undefined => kept.get(id),
    at(seq: number): Document | undefined {
      const row = statements.first(`${all} WHERE c.seq = ?`, seq);
      return row && decode(row);
    },
    find(id: string): Document | undefined {
      const known = kept.get(id);
      if (known) return splitter.whole(known);
      const row = statements.first(byId, id);
      return row && decode(row);
    },
    findView(id: string): Document | undefined {
      const known = kept.get(id);
      if (known) return known;
      const row = statements.first(byId, id);
      return row && decodeView(row);
    },
    placeOf(id: string): Place | undefined {
      const known = places.get(id);
      if (known) return known;
      const row = statements.first(`SELECT seq, sum FROM ${cold} WHERE id = ?`, id);
      return row && { seq: row['seq'] as number, coldSum: row['sum'] as number };
    },
    /** Documents with their row numbers, in their order; kept nowhere. */
    *between(behind: number, before = Number.MAX_SAFE_INTEGER): Generator<readonly [seq: number, document: Document]> {
      const rows = statements.each(`${all} WHERE c.seq > ? AND c.seq < ? ORDER BY c.seq`, behind, before);
      for (const row of rows) yield [row['seq'] as number, splitter.decode(row)];
    },
    piece(behind: number, limit: number): { documents: Document[]; last: number } {
      const rows = statements.all(`${all} WHERE c.seq > ? ORDER BY c.seq LIMIT ?`, behind, limit);
      return {
        documents: rows.map((row) => splitter.decode(row)),
        last: (rows.at(-1)?.['seq'] as number | undefined) ?? behind,
      };
    },
  };
};
