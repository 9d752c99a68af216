import { MusterError } from '@muster/sdk';
import type { SQLInputValue } from 'node:sqlite';
import type { CollectionDefinition, Document } from '../../ports/store.ts';
import { scalarReader } from '../../query/path.ts';
import { sameFields } from '../patch.ts';
import type { Table } from '../tables.ts';
import { columnOf, decodeDocument, encodeDocument, indexName, pathsOf, tableName, toColumn } from './columns.ts';
import type { Counts } from './counts.ts';
import { createKeptNumbers, rootOf, type KeptNumber } from './kept-numbers.ts';
import { createSqlIndex } from './sql-index.ts';
import type { SqlRow, Statements } from './statements.ts';

/** Documents read in a batch are kept until its end, so that a claim does not read them twice. */
const MOST_KEPT = 5000;

export interface SqlTableOptions {
  readonly definition: CollectionDefinition;
  readonly statements: Statements;
  readonly counts: Counts;
  /** False on a connection that sees the changes of another. */
  readonly keepsDocuments: boolean;
  /** Is this the connection that changes documents? */
  readonly writes: boolean;
}

/** A collection in SQLite. */
export interface SqlTable extends Table {
  readonly counts: Counts;
  forgetDocuments(): void;
  /** The JSON text of a document, also of a view. */
  textOf(document: Document): string;
  /** Up to `limit` documents behind a place, in an order that inserts do not change. */
  piece(behind: number, limit: number): { documents: Document[]; last: number };
  /** At the end of a batch: does what it is better to do for many. */
  settle(): void;
  /** Problems of indexes that SQLite itself does not know, in words. */
  faults(): string[];
}

/** One collection in SQLite: the document as text, and a column for each path that is asked for often. */
export const createPlainTable = ({ definition, statements, counts, keepsDocuments }: SqlTableOptions): SqlTable => {
  const { name } = definition;
  const table = tableName(name);
  const columns = pathsOf(definition).map((path) => ({
    path,
    root: rootOf(path),
    column: columnOf(path),
    read: scalarReader(path),
  }));
  const kept = new Map<string, Document>();
  /** The rows of documents that were read: finding one by its number costs less than by its id. */
  const rowNumbers = new Map<string, number>();

  const forgetDocuments = (): void => {
    kept.clear();
    rowNumbers.clear();
  };
  const decode = (row: SqlRow): Document => {
    const document = decodeDocument(row, name);
    if (keepsDocuments) {
      if (kept.size >= MOST_KEPT) forgetDocuments();
      kept.set(document.id, document);
      rowNumbers.set(document.id, row['seq'] as number);
    }
    return document;
  };
  const conflict = (message: string): MusterError =>
    new MusterError('STORE_CONFLICT', `${name}: ${message} Nothing was changed.`);

  const { numbers, size, tallies, leftOut } = createKeptNumbers(definition, counts);
  const indexes = Object.entries(definition.indexes).map(([index, each]) =>
    createSqlIndex({
      statements,
      source: {
        rows: `${table} INDEXED BY ${indexName(name, index)}`,
        documents: `SELECT seq, document, sum FROM ${table} INDEXED BY ${indexName(name, index)}`,
        column: columnOf,
        id: 'id',
      },
      definition: each,
      decode,
      leftOut: () => leftOut(index),
      tableSize: size,
    }),
  );

  /** Runs a statement that may meet a unique index. */
  const change = (id: string, sql: string, ...values: SQLInputValue[]): void => {
    try {
      statements.run(sql, ...values);
    } catch (error) {
      const message = (error as Error).message;
      if (!message.startsWith('UNIQUE constraint failed')) throw error;
      const place = /"?\.([^"]+?)"?$/.exec(message.replace(/^.*?documents of [^.]*/, ''))?.[1];
      throw conflict(
        place === undefined || place === 'id'
          ? `there is a document ${id} already.`
          : `another document has the same "${place.replace(/^\./, '')}" as ${id}.`,
      );
    }
  };
  const find = (id: string): Document | undefined => {
    const known = kept.get(id);
    if (known) return known;
    const row = statements.first(`SELECT seq, document, sum FROM ${table} WHERE id = ?`, id);
    return row && decode(row);
  };
  const get = (id: string): Document => {
    const document = find(id);
    if (!document) throw conflict(`there is no document ${id}.`);
    return document;
  };
  const rowNumberOf = (id: string): number =>
    rowNumbers.get(id) ?? (statements.first(`SELECT seq FROM ${table} WHERE id = ?`, id)?.['seq'] as number);
  const remember = (document: Document): void => {
    if (keepsDocuments) kept.set(document.id, document);
  };

  let lastTouched: { fields: readonly string[]; columns: typeof columns; numbers: KeptNumber[]; sql: string } | undefined;
  const touchedBy = (fields: readonly string[]) => {
    if (lastTouched && sameFields(lastTouched.fields, fields)) return lastTouched;
    const touched = columns.filter(({ root }) => fields.includes(root));
    const sets = ['document = ?', 'sum = ?', ...touched.map(({ column }) => `${column} = ?`)].join(', ');
    lastTouched = {
      fields,
      columns: touched,
      numbers: numbers.filter(({ roots }) => roots.some((root) => fields.includes(root))),
      sql: `UPDATE ${table} SET ${sets} WHERE seq = ?`,
    };
    return lastTouched;
  };

  const insertSql = `INSERT INTO ${table} (${['id', 'document', 'sum', ...columns.map(({ column }) => column)].join(', ')})
    VALUES (${['?', '?', '?', ...columns.map(() => '?')].join(', ')})`;

  const result: Table = {
    name,
    get size() {
      return size();
    },
    indexes,
    tallies,
    unique: definition.unique ?? [],
    find,
    findBy(path, value) {
      const row = statements.first(`SELECT seq, document, sum FROM ${table} WHERE ${columnOf(path)} = ?`, toColumn(value));
      return row && decode(row);
    },
    *documents() {
      for (const row of statements.each(`SELECT document, sum FROM ${table} ORDER BY seq`)) yield decodeDocument(row, name);
    },
    get,
    insert(document) {
      change(
        document.id,
        insertSql,
        document.id,
        ...encodeDocument(document),
        ...columns.map(({ read }) => toColumn(read(document))),
      );
      remember(document);
      for (const number of numbers) number.add(document, 1);
    },
    replace(document, fields) {
      const before = get(document.id);
      const touched = touchedBy(fields);
      const values = touched.columns.map(({ read }) => toColumn(read(document)));
      change(document.id, touched.sql, ...encodeDocument(document), ...values, rowNumberOf(document.id));
      remember(document);
      for (const number of touched.numbers) number.change(before, document);
    },
    delete(id) {
      const document = get(id);
      statements.run(`DELETE FROM ${table} WHERE id = ?`, id);
      kept.delete(id);
      rowNumbers.delete(id);
      for (const number of numbers) number.add(document, -1);
    },
  };
  return Object.assign(result, {
    counts,
    forgetDocuments,
    textOf: (document: Document) => JSON.stringify(document),
    settle: () => undefined,
    faults: () => [],
    piece(behind: number, limit: number) {
      const rows = statements.all(`SELECT seq, document, sum FROM ${table} WHERE seq > ? ORDER BY seq LIMIT ?`, behind, limit);
      return {
        documents: rows.map((row) => decodeDocument(row, name)),
        last: (rows.at(-1)?.['seq'] as number | undefined) ?? behind,
      };
    },
  });
};
