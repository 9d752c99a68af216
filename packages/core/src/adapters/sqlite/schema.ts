import type { DatabaseSync } from 'node:sqlite';
import type { CollectionDefinition, Document } from '../../ports/store.ts';
import { columnOf, decodeDocument, indexName, pathsOf, quoted, stateName, tableName, uniqueName } from './columns.ts';
import { createCounts } from './counts.ts';
import { hotPaths, lags } from './lagging-indexes.ts';
import { createSplitter } from './split-document.ts';
import { createSplitTable } from './split-table.ts';
import { rowsIn } from './sql-index.ts';
import { createPlainTable, type SqlTable, type SqlTableOptions } from './sql-table.ts';
import { createStatements, type Statements } from './statements.ts';

/** 2: collections may be split into what seldom changes and what often does. */
export const VERSION = 2;
/** 'mstr', in the header of the file. */
export const APPLICATION = 0x6d737472;

/** What an empty store is; run on a new file. */
export const NEW_STORE = `
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${VERSION};
  CREATE TABLE collections (name TEXT PRIMARY KEY, definition TEXT NOT NULL) STRICT;
  CREATE TABLE counts (collection TEXT, name TEXT, key TEXT, count INTEGER NOT NULL, PRIMARY KEY (collection, name, key)) STRICT, WITHOUT ROWID;
`;

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

const recordDefinition = (statements: Statements, definition: CollectionDefinition): void =>
  statements.run(
    'INSERT INTO collections (name, definition) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET definition = excluded.definition',
    definition.name,
    JSON.stringify(definition),
  );

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

/** Writes a collection anew with other columns and indexes. */
const rebuild = (database: DatabaseSync, statements: Statements, change: Record<'from' | 'to', CollectionDefinition>): void => {
  const { name } = change.to;
  const old = putAside(database, statements, change.from);
  statements.run('DELETE FROM counts WHERE collection = ?', name);
  createCollection(database, change.to);
  const counts = createCounts(statements, name);
  const table = createSqlTable({ definition: change.to, statements, counts, keepsDocuments: false, writes: true });
  for (const document of old.documents()) {
    table.insert(document);
    table.settle();
  }
  counts.flush();
  old.drop();
};

/** What is stored, by name. */
export const storedDefinitions = (statements: Statements): Map<string, string> =>
  new Map(
    statements
      .all('SELECT name, definition FROM collections')
      .map(({ name, definition }) => [name as string, definition as string]),
  );

/** Brings the tables into the shape of the definitions, in one transaction. */
export const prepareSchema = (database: DatabaseSync, definitions: readonly CollectionDefinition[]): void => {
  const statements = createStatements(database);
  const stored = storedDefinitions(statements);
  // What stands beside the documents of the first format says less than is kept now: its collections are all written anew.
  const isOld = Object.values(statements.first('PRAGMA user_version') ?? {})[0] !== VERSION;
  const changed = definitions.filter((definition) => isOld || stored.get(definition.name) !== JSON.stringify(definition));
  if (changed.length === 0) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const definition of changed) {
      const before = stored.get(definition.name);
      if (before === undefined) createCollection(database, definition);
      else rebuild(database, statements, { from: JSON.parse(before) as CollectionDefinition, to: definition });
      recordDefinition(statements, definition);
    }
    database.exec(`PRAGMA user_version = ${VERSION}`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
};
