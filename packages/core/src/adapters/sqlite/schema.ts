import type { DatabaseSync } from 'node:sqlite';
import type { CollectionDefinition } from '../../ports/store.ts';
import { columnOf, decodeDocument, indexName, pathsOf, quoted, tableName } from './columns.ts';
import { createCounts } from './counts.ts';
import { rowsIn } from './sql-index.ts';
import { createSqlTable } from './sql-table.ts';
import { createStatements, type Statements } from './statements.ts';

export const VERSION = 1;
/** 'mstr', in the header of the file. */
export const APPLICATION = 0x6d737472;

/** What an empty store is; run on a new file. */
export const NEW_STORE = `
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${VERSION};
  CREATE TABLE collections (name TEXT PRIMARY KEY, definition TEXT NOT NULL) STRICT;
  CREATE TABLE counts (collection TEXT, name TEXT, key TEXT, count INTEGER NOT NULL, PRIMARY KEY (collection, name, key)) STRICT, WITHOUT ROWID;
`;

const createCollection = (database: DatabaseSync, definition: CollectionDefinition): void => {
  const { name, indexes, unique = [] } = definition;
  const table = tableName(name);
  const columns = pathsOf(definition).map(columnOf);
  database.exec(
    `CREATE TABLE ${table} (${['seq INTEGER PRIMARY KEY', 'id TEXT NOT NULL UNIQUE', 'document TEXT NOT NULL', 'sum INTEGER NOT NULL', ...columns].join(', ')})`,
  );
  for (const [index, each] of Object.entries(indexes)) {
    const fields = [...each.partition, ...each.order].map(columnOf);
    database.exec(`CREATE INDEX ${indexName(name, index)} ON ${table} (${[...fields, 'id'].join(', ')}) WHERE ${rowsIn(each)}`);
  }
  for (const path of unique)
    database.exec(
      `CREATE UNIQUE INDEX ${quoted(`${name} unique ${path}`)} ON ${table} (${columnOf(path)}) WHERE ${columnOf(path)} IS NOT NULL`,
    );
};

const recordDefinition = (statements: Statements, definition: CollectionDefinition): void =>
  statements.run(
    'INSERT INTO collections (name, definition) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET definition = excluded.definition',
    definition.name,
    JSON.stringify(definition),
  );

/** Writes a collection anew with other columns and indexes. */
const rebuild = (database: DatabaseSync, statements: Statements, definition: CollectionDefinition): void => {
  const { name } = definition;
  const old = quoted(`old ${name}`);
  database.exec(`ALTER TABLE ${tableName(name)} RENAME TO ${old}`);
  for (const { index } of statements.all(
    "SELECT name AS 'index' FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
    `old ${name}`,
  ))
    database.exec(`DROP INDEX ${quoted(index as string)}`);
  statements.run('DELETE FROM counts WHERE collection = ?', name);
  createCollection(database, definition);
  const counts = createCounts(statements, name);
  const table = createSqlTable({ definition, statements, counts, keepsDocuments: false });
  for (const row of statements.each(`SELECT document, sum FROM ${old} ORDER BY seq`)) table.insert(decodeDocument(row, name));
  counts.flush();
  database.exec(`DROP TABLE ${old}`);
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
  const changed = definitions.filter((definition) => stored.get(definition.name) !== JSON.stringify(definition));
  if (changed.length === 0) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const definition of changed) {
      if (stored.has(definition.name)) rebuild(database, statements, definition);
      else createCollection(database, definition);
      recordDefinition(statements, definition);
    }
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
};
