import { MusterError } from '@muster/sdk';
import type { SQLInputValue } from 'node:sqlite';
import type { Document } from '../../ports/store.ts';
import { scalarReader } from '../../query/path.ts';
import { sameFields } from '../patch.ts';
import type { SelectableIndex } from '../selectable.ts';
import { columnOf, indexName, stateName, tableName, toColumn } from './columns.ts';
import { createRowInserter } from './insert-rows.ts';
import { createKeptNumbers, rootOf } from './kept-numbers.ts';
import { createLaggingIndexes, hotPaths, lags, type IndexEntry } from './lagging-indexes.ts';
import { createSplitRows, type Place } from './split-rows.ts';
import { createSqlIndex } from './sql-index.ts';
import type { SqlTable, SqlTableOptions } from './sql-table.ts';

/** Rows are numbered by the bucket they lie in, then as they come. */
const IN_BUCKET = 2 ** 32;
const BUCKETS = 4096;
/** Fewer than this are put into the lagging indexes with the batch that inserts them. */
const MANY = 100;
/** So many are put in together: each page of an index is then written for several of them. */
const MOST_LAGGING = 100_000;

/** Said by a reader: only who writes can bring the index up to date. */
export class Lagging extends Error {}

/**
 * A collection whose documents are kept in two tables: what seldom changes as text in one, what often does in another one, small enough
 * for a page to hold many. Rows are numbered so that those asked for together lie side by side.
 */
export const createSplitTable = ({ definition, statements, counts, keepsDocuments, writes }: SqlTableOptions): SqlTable => {
  const { name, hot = { fields: [] } } = definition;
  const cold = tableName(name);
  const state = stateName(name);
  const columns = hotPaths(definition).map((path) => ({
    path,
    root: rootOf(path),
    column: columnOf(path),
    read: scalarReader(path),
  }));
  const rows = createSplitRows({ definition, statements, keepsDocuments });
  const { splitter, selection, decode, decodeView, hasInViews } = rows;
  const near = hot.near === undefined ? () => null : scalarReader(hot.near);
  const { numbers, size, tallies, leftOut } = createKeptNumbers(definition, counts);

  const lagging = createLaggingIndexes({ definition, statements, at: rows.at });

  // The number of the last row, and of the last one that the lagging indexes hold: both only grow.
  let inserted = counts.total('inserted');
  let indexed = counts.total('indexed');
  const isLagging = (): boolean => (writes ? indexed < inserted : counts.total('indexed') < counts.total('inserted'));

  /** What an earlier process left undone. */
  const readWaiting = (): void => {
    if (!isLagging()) return;
    for (let behind = 0; ;) {
      const row = statements.first(`SELECT seq FROM ${cold} WHERE seq > ? ORDER BY seq LIMIT 1`, behind);
      if (!row) return;
      const bucket = Math.floor((row['seq'] as number) / IN_BUCKET) * IN_BUCKET;
      for (const [seq, document] of rows.between(bucket + indexed, bucket + IN_BUCKET))
        lagging.postpone(seq, lagging.entryOf(document));
      behind = bucket + IN_BUCKET - 1;
    }
  };
  if (writes) readWaiting();

  const catchUp = (): void => {
    lagging.catchUp();
    counts.add('indexed', [], inserted - indexed);
    indexed = inserted;
  };
  /** Before the entries of a document are changed. */
  const putIn = (seq: number): void => {
    if (seq % IN_BUCKET > indexed) catchUp();
  };
  /** Before a lagging index is read. */
  const bringUpToDate = (): void => {
    if (!isLagging()) return;
    if (!writes) throw new Lagging();
    catchUp();
  };

  const indexes: SelectableIndex[] = Object.entries(definition.indexes).map(([index, each]) => {
    const own = indexName(name, index);
    const common = { statements, definition: each, decode, leftOut: () => leftOut(index), tableSize: size };
    if (!lags(definition, each)) {
      const walk = `${state} AS h INDEXED BY ${own}`;
      const isInViews = each.order.every(hasInViews);
      return createSqlIndex({
        ...common,
        ...(isInViews && { decodeView }),
        source: {
          rows: walk,
          documents: `SELECT ${selection} FROM ${walk} CROSS JOIN ${cold} AS c ON c.seq = h.seq`,
          column: (path) => `h.${columnOf(path)}`,
          id: 'h.id',
        },
      });
    }
    const settled = createSqlIndex({
      ...common,
      source: {
        rows: `${own} AS i`,
        documents: `SELECT ${selection} FROM ${own} AS i CROSS JOIN ${cold} AS c ON c.seq = i.seq LEFT JOIN ${state} AS h ON h.seq = c.seq`,
        column: (path) => `i.${columnOf(path)}`,
        id: 'i.id',
        condition: 'TRUE',
      },
    });
    return {
      definition: each,
      serves: settled.serves,
      // While it lags another index is better.
      sizeWithin: (bounds) => (isLagging() ? Infinity : settled.sizeWithin(bounds)),
      countWithin(bounds) {
        bringUpToDate();
        return settled.countWithin(bounds);
      },
      *documentsWithin(bounds, descending, views) {
        bringUpToDate();
        yield* settled.documentsWithin(bounds, descending, views);
      },
    };
  });

  const conflict = (message: string): MusterError =>
    new MusterError('STORE_CONFLICT', `${name}: ${message} Nothing was changed.`);
  const refuseTaken = (id: string, entry: IndexEntry, seq?: number): void => {
    const path = lagging.taken(entry, seq);
    if (path !== undefined) throw conflict(`another document has the same "${path}" as ${id}.`);
  };
  const get = (id: string): Document => {
    const document = rows.find(id);
    if (!document) throw conflict(`there is no document ${id}.`);
    return document;
  };
  const placeOf = (id: string): Place => {
    const place = rows.placeOf(id);
    if (!place) throw conflict(`there is no document ${id}.`);
    return place;
  };

  let lastTouched: {
    fields: readonly string[];
    columns: typeof columns;
    numbers: typeof numbers;
    isHot: boolean;
    inViews: boolean;
    sql: string;
  };
  const touchedBy = (fields: readonly string[]) => {
    if (lastTouched && sameFields(lastTouched.fields, fields)) return lastTouched;
    const touched = columns.filter(({ root }) => fields.includes(root));
    const sets = ['state = ?', 'sum = ?', ...touched.map(({ column }) => `${column} = ?`)].join(', ');
    const depending = numbers.filter(({ roots }) => roots.some((root) => fields.includes(root)));
    const isHot = fields.every((field) => hot.fields.includes(field));
    lastTouched = {
      fields,
      columns: touched,
      numbers: depending,
      isHot,
      inViews: writes && isHot && depending.every(({ roots }) => roots.every(hasInViews)),
      sql: `UPDATE ${state} SET ${sets} WHERE seq = ?`,
    };
    return lastTouched;
  };

  const insertCold = createRowInserter(statements, cold, ['seq', 'id', 'document', 'sum']);
  const insertHot = createRowInserter(statements, state, ['seq', 'id', 'state', 'sum', ...columns.map(({ column }) => column)]);
  const seqOf = (document: Document, number: number): number => {
    const value = near(document);
    const bucket = typeof value === 'number' && Number.isFinite(value) ? ((Math.trunc(value) % BUCKETS) + BUCKETS) % BUCKETS : 0;
    return bucket * IN_BUCKET + number;
  };
  const insertAll = (documents: readonly Document[]): void => {
    const entries = documents.map(lagging.entryOf);
    const taken = lagging.takenAmong(entries);
    if (taken) throw conflict(`another document has the same "${taken.path}" as ${taken.id}.`);
    const seqs = documents.map((document, at) => seqOf(document, inserted + 1 + at));
    const texts = documents.map(splitter.encode);
    try {
      insertCold(texts.map(({ cold: text, coldSum }, at) => [seqs[at] as number, (documents[at] as Document).id, text, coldSum]));
    } catch (error) {
      if (!(error as Error).message.startsWith('UNIQUE constraint failed')) throw error;
      for (const seq of seqs) statements.run(`DELETE FROM ${cold} WHERE seq = ?`, seq);
      const ids = documents.map(({ id }) => id);
      const known = ids.find((id, at) => ids.indexOf(id) < at || statements.first(`SELECT seq FROM ${cold} WHERE id = ?`, id));
      throw conflict(`there is a document ${known} already.`);
    }
    insertHot(
      texts.map(({ hot: text, hotSum }, at) => {
        const document = documents[at] as Document;
        const row: SQLInputValue[] = [seqs[at] as number, document.id, text, hotSum];
        for (const { read } of columns) row.push(toColumn(read(document)));
        return row;
      }),
    );
    inserted += documents.length;
    counts.add('inserted', [], documents.length);
    seqs.forEach((seq, at) => lagging.postpone(seq, entries[at] as IndexEntry));
    for (const number of numbers) number.addAll(documents);
  };

  return {
    name,
    counts,
    get size() {
      return size();
    },
    indexes,
    tallies,
    unique: definition.unique ?? [],
    find: rows.find,
    findBy(path, value) {
      if (!writes && isLagging()) throw new Lagging();
      const seq = lagging.find(path, value);
      return seq === undefined ? undefined : rows.at(seq);
    },
    *documents() {
      for (const [, document] of rows.between(-1)) yield document;
    },
    get,
    view(id, fields, paths) {
      if (!touchedBy(fields).inViews || !paths.every(hasInViews)) return get(id);
      const view = rows.findView(id);
      if (!view) throw conflict(`there is no document ${id}.`);
      return view;
    },
    changesViews: (fields) => touchedBy(fields).inViews,
    textOf: splitter.textOf,
    insert: (document) => insertAll([document]),
    insertAll,
    replace(document, fields) {
      const touched = touchedBy(fields);
      const known = rows.known(document.id);
      const before = touched.inViews && known ? known : get(document.id);
      const { seq, coldSum: sumBefore } = placeOf(document.id);
      let coldSum = sumBefore;
      if (!touched.isHot) {
        const after = splitter.encode(document);
        if (lagging.depends(fields)) {
          const entry = lagging.entryOf(document);
          refuseTaken(document.id, entry, seq);
          putIn(seq);
          lagging.remove(seq, lagging.entryOf(before));
          lagging.insert(seq, entry);
        }
        statements.run(`UPDATE ${cold} SET document = ?, sum = ? WHERE seq = ?`, after.cold, after.coldSum, seq);
        ({ coldSum } = after);
      }
      const { hot: hotText, hotSum } = splitter.encodeHot(document, coldSum);
      const values = touched.columns.map(({ read }) => toColumn(read(document)));
      statements.run(touched.sql, hotText, hotSum, ...values, seq);
      rows.remember(document, { seq, coldSum });
      for (const number of touched.numbers) number.change(before, document);
    },
    delete(id) {
      const document = get(id);
      const { seq } = placeOf(id);
      putIn(seq);
      lagging.remove(seq, lagging.entryOf(document));
      statements.run(`DELETE FROM ${cold} WHERE seq = ?`, seq);
      statements.run(`DELETE FROM ${state} WHERE seq = ?`, seq);
      rows.forgetOne(id);
      for (const number of numbers) number.add(document, -1);
    },
    forgetDocuments: rows.forget,
    settle() {
      const { waiting } = lagging;
      if (isLagging() && (waiting < MANY || waiting >= MOST_LAGGING)) catchUp();
    },
    faults() {
      bringUpToDate();
      return lagging.faults(rows.between(-1));
    },
    piece: rows.piece,
  };
};
