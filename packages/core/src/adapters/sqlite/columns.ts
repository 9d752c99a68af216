import { crc32 } from 'node:zlib';
import { MusterError } from '@muster/sdk';
import type { SQLInputValue } from 'node:sqlite';
import type { CollectionDefinition, Document } from '../../ports/store.ts';
import type { Scalar } from '../../query/filter.ts';
import type { SqlRow } from './statements.ts';

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const columnOf = (path: string): string => quoted(`.${path}`);
export const tableName = (collection: string): string => quoted(`documents of ${collection}`);
/** What changes often of the documents of a split collection. */
export const stateName = (collection: string): string => quoted(`state of ${collection}`);
export const uniqueName = (collection: string, path: string): string => quoted(`${collection} unique ${path}`);
export const indexName = (collection: string, index: string): string => quoted(`${collection} by ${index}`);

/** Paths that have a column of their own: all that indexes, unique values and tallies ask for. */
export const pathsOf = (definition: CollectionDefinition): string[] => {
  const paths = new Set(definition.unique);
  for (const { partition, order, where = {} } of Object.values(definition.indexes))
    for (const path of [...partition, ...order, ...Object.keys(where)]) paths.add(path);
  return [...paths];
};

/** As SQLite orders them: null, numbers, text, and bytes for false and true. */
export const toColumn = (value: Scalar): SQLInputValue => (typeof value === 'boolean' ? Uint8Array.of(Number(value)) : value);
export const fromColumn = (value: unknown): Scalar => (value instanceof Uint8Array ? value[0] === 1 : (value as Scalar));

/** As it stands in an index definition: a query has to repeat it word for word for a partial index to be used. */
export const literal = (value: Scalar): string => {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? "X'01'" : "X'00'";
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
};

/** The document's text and its checksum, the columns `document` and `sum`: SQLite itself does not notice a flipped bit. */
export const encodeDocument = (document: Document): [text: string, sum: number] => {
  const text = JSON.stringify(document);
  return [text, crc32(text)];
};

export const damagedDocument = (collection: string, text: unknown): MusterError =>
  new MusterError(
    'STORE_CORRUPT',
    `The store is damaged: a document of ${collection} does not fit its checksum (it begins with ${String(text).slice(0, 40)}). ` +
      'Run "muster store check" to see how far it goes, and put back a backup.',
  );

export const decodeDocument = (row: SqlRow, collection: string): Document => {
  const text = row['document'];
  if (typeof text !== 'string' || crc32(text) !== row['sum']) throw damagedDocument(collection, text);
  return JSON.parse(text) as Document;
};
