import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { MusterError } from '@muster/sdk';
import type { CollectionDefinition, Document, RewriteProgress } from '../../ports/store.ts';
import { columnOf, decodeDocument, indexName, pathsOf, quoted, stateName, tableName, uniqueName } from './columns.ts';
import { createCounts } from './counts.ts';
import { hotPaths, lags } from './lagging-indexes.ts';
import { createSplitter } from './split-document.ts';
import { createSplitTable } from './split-table.ts';
import { rowsIn } from './sql-index.ts';
import { createPlainTable, type SqlTable, type SqlTableOptions } from './sql-table.ts';
import { createStatements, type Statements } from './statements.ts';

/**
 * 2: collections may be split into what seldom changes and what often does. A store is compared with the statements below when it is
 * opened: a change of any of them is a change of the version.
 */
export const VERSION = 2;
/** 'mstr', in the header of the file. */
export const APPLICATION = 0x6d737472;

const COLLECTIONS = 'CREATE TABLE collections (name TEXT PRIMARY KEY, definition TEXT NOT NULL, sum INTEGER NOT NULL) STRICT;';
const COUNTS =
  'CREATE TABLE counts (collection TEXT, name TEXT, key TEXT, count INTEGER NOT NULL, PRIMARY KEY (collection, name, key)) STRICT, WITHOUT ROWID;';

/** What an empty store is; run on a new file. */
export const NEW_STORE = `PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${VERSION}; ${COLLECTIONS} ${COUNTS}`;

const plainSchema = (definition: CollectionDefinition): string[] => {
  const { name, indexes, unique = [] } = definition;
  const table = tableName(name);
  const columns = ['seq INTEGER PRIMARY KEY', 'id TEXT NOT NULL UNIQUE', 'document TEXT NOT NULL', 'sum INTEGER NOT NULL'];
  return [
    `CREATE TABLE ${table} (${[...columns, ...pathsOf(definition).map(columnOf)].join(', ')})`,
    ...Object.entries(indexes).map(([index, each]) => {
      const fields = [...each.partition, ...each.order].map(columnOf);
      return `CREATE INDEX ${indexName(name, index)} ON ${table} (${[...fields, 'id'].join(', ')}) WHERE ${rowsIn(each)}`;
    }),
    ...unique.map(
      (path) =>
        `CREATE UNIQUE INDEX ${uniqueName(name, path)} ON ${table} (${columnOf(path)}) WHERE ${columnOf(path)} IS NOT NULL`,
    ),
  ];
};

const splitSchema = (definition: CollectionDefinition): string[] => {
  const { name, indexes, unique = [] } = definition;
  const cold = ['seq INTEGER PRIMARY KEY', 'id TEXT NOT NULL UNIQUE', 'document TEXT NOT NULL', 'sum INTEGER NOT NULL'];
  const hot = ['seq INTEGER PRIMARY KEY', 'id TEXT NOT NULL', 'state TEXT NOT NULL', 'sum INTEGER NOT NULL'];
  return [
    `CREATE TABLE ${tableName(name)} (${cold.join(', ')})`,
    `CREATE TABLE ${stateName(name)} (${[...hot, ...hotPaths(definition).map(columnOf)].join(', ')})`,
    ...Object.entries(indexes).map(([index, each]) => {
      const fields = [...each.partition, ...each.order].map(columnOf);
      const place = [...fields, 'id'].join(', ');
      return lags(definition, each)
        ? `CREATE TABLE ${indexName(name, index)} (${place}, seq INTEGER NOT NULL, PRIMARY KEY (${place})) WITHOUT ROWID`
        : `CREATE INDEX ${indexName(name, index)} ON ${stateName(name)} (${place}) WHERE ${rowsIn(each)}`;
    }),
    ...unique.map(
      (path) =>
        `CREATE TABLE ${uniqueName(name, path)} (hash INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (hash, seq)) WITHOUT ROWID`,
    ),
  ];
};

const createCollection = (database: DatabaseSync, definition: CollectionDefinition): void => {
  for (const statement of (definition.hot ? splitSchema : plainSchema)(definition)) database.exec(statement);
};

export const createSqlTable = (options: SqlTableOptions): SqlTable =>
  (options.definition.hot ? createSplitTable : createPlainTable)(options);

const recordDefinition = (statements: Statements, definition: CollectionDefinition): void => {
  const text = JSON.stringify(definition);
  statements.run(
    'INSERT OR REPLACE INTO collections (name, definition, sum) VALUES (?, ?, ?)',
    definition.name,
    text,
    crc32(text),
  );
};

/** Puts the tables of a collection aside under other names, without their indexes; returns how to read and to drop them. */
const putAside = (database: DatabaseSync, statements: Statements, definition: CollectionDefinition) => {
  const { name, hot, indexes, unique = [] } = definition;
  if (hot) {
    for (const [index, each] of Object.entries(indexes))
      if (lags(definition, each)) database.exec(`DROP TABLE ${indexName(name, index)}`);
    for (const path of unique) database.exec(`DROP TABLE ${uniqueName(name, path)}`);
  }
  const tables = hot ? [`documents of ${name}`, `state of ${name}`] : [`documents of ${name}`];
  const aside = tables.map((table) => `old ${table}`);
  tables.forEach((table, at) => {
    database.exec(`ALTER TABLE ${quoted(table)} RENAME TO ${quoted(aside[at] as string)}`);
    const left = "SELECT name AS 'index' FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL";
    for (const { index } of statements.all(left, aside[at] as string)) database.exec(`DROP INDEX ${quoted(index as string)}`);
  });
  const [cold = '', state = ''] = aside.map(quoted);
  return {
    *documents(): Generator<Document> {
      if (hot) {
        const { decode } = createSplitter(name, hot.fields);
        const rows = `SELECT c.document, c.sum, h.state, h.sum AS state_sum FROM ${cold} AS c LEFT JOIN ${state} AS h ON h.seq = c.seq ORDER BY c.seq`;
        for (const row of statements.each(rows)) yield decode(row);
      } else for (const row of statements.each(`SELECT document, sum FROM ${cold} ORDER BY seq`)) yield decodeDocument(row, name);
    },
    drop(): void {
      for (const table of aside) database.exec(`DROP TABLE ${quoted(table)}`);
    },
  };
};

/** Documents stored with one go, when a collection is written anew. */
const AT_ONCE = 500;

interface Change {
  readonly from: CollectionDefinition;
  readonly to: CollectionDefinition;
  /** Told how many documents more are written. */
  readonly wrote: (documents: number) => void;
}

/** Writes a collection anew with other columns and indexes. */
const rebuild = (database: DatabaseSync, statements: Statements, change: Change): void => {
  const { name } = change.to;
  const old = putAside(database, statements, change.from);
  statements.run('DELETE FROM counts WHERE collection = ?', name);
  createCollection(database, change.to);
  const counts = createCounts(statements, name);
  const table = createSqlTable({ definition: change.to, statements, counts, keepsDocuments: false, writes: true });
  let documents: Document[] = [];
  const write = (): void => {
    if (table.insertAll) table.insertAll(documents);
    else documents.forEach(table.insert);
    table.settle();
    change.wrote(documents.length);
    documents = [];
  };
  for (const document of old.documents()) if (documents.push(document) === AT_ONCE) write();
  write();
  counts.flush();
  old.drop();
};

const damaged = (reason: string): MusterError =>
  new MusterError('STORE_CORRUPT', `The store is damaged: ${reason}. Nothing was changed. Put back a backup.`);

/** The definitions of what is stored. Errors: STORE_CORRUPT. */
export const storedDefinitions = (statements: Statements): CollectionDefinition[] =>
  statements.all('SELECT name, definition, sum FROM collections').map(({ name, definition, sum }) => {
    if (crc32(definition as string) !== sum) throw damaged(`the definition of ${String(name)} does not fit its checksum`);
    return JSON.parse(definition as string) as CollectionDefinition;
  });

const SCHEMA = 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name';

/** SQLite believes the text of a table's definition: with a bit flipped, it would read other columns, or keep an index for other rows. */
const checkTables = (statements: Statements, definitions: readonly CollectionDefinition[]): void => {
  const fresh = new DatabaseSync(':memory:');
  try {
    fresh.exec(NEW_STORE);
    for (const definition of definitions) createCollection(fresh, definition);
    const expected = fresh.prepare(SCHEMA).all();
    if (JSON.stringify(statements.all(SCHEMA)) !== JSON.stringify(expected))
      throw damaged('its tables are not those that were made');
  } finally {
    fresh.close();
  }
};

/** The tables of the first format say less than is kept now: their collections are all written anew. */
const readFirstFormat = (database: DatabaseSync, statements: Statements): CollectionDefinition[] => {
  const definitions = statements.all('SELECT definition FROM collections').map(({ definition }) => definition as string);
  database.exec(`DROP TABLE collections; ${COLLECTIONS}`);
  return definitions.map((text) => JSON.parse(text) as CollectionDefinition);
};

export type OnRewrite = (progress: RewriteProgress) => void;

/** Counts what is written anew. */
const createProgress = (statements: Statements, collections: readonly CollectionDefinition[], onRewrite: OnRewrite) => {
  let total = 0;
  for (const { name } of collections)
    total += Number(statements.first(`SELECT count(*) AS count FROM ${tableName(name)}`)?.['count']);
  let done = 0;
  const wrote = (documents: number): void => {
    done += documents;
    onRewrite({ done, total });
  };
  if (total > 0) wrote(0);
  return wrote;
};

/** Brings the tables into the shape of the definitions, in one transaction. Errors: STORE_CORRUPT. */
export const prepareSchema = (
  database: DatabaseSync,
  definitions: readonly CollectionDefinition[],
  onRewrite: OnRewrite = () => undefined,
): void => {
  const statements = createStatements(database);
  const isOld = Object.values(statements.first('PRAGMA user_version') ?? {})[0] !== VERSION;
  database.exec('BEGIN IMMEDIATE');
  try {
    const stored = isOld ? readFirstFormat(database, statements) : storedDefinitions(statements);
    if (!isOld) checkTables(statements, stored);
    const others = stored.filter(({ name }) => !definitions.some((definition) => definition.name === name));
    const before = new Map(stored.map((definition) => [definition.name, definition]));
    const changed = [...definitions, ...(isOld ? others : [])].filter(
      (definition) => isOld || JSON.stringify(before.get(definition.name)) !== JSON.stringify(definition),
    );
    const wrote = createProgress(
      statements,
      changed.filter(({ name }) => before.has(name)),
      onRewrite,
    );
    for (const definition of changed) {
      const from = before.get(definition.name);
      if (from) rebuild(database, statements, { from, to: definition, wrote });
      else createCollection(database, definition);
      recordDefinition(statements, definition);
    }
    if (isOld) database.exec(`PRAGMA user_version = ${VERSION}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
};
