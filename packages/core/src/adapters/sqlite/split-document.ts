import { crc32 } from 'node:zlib';
import { MusterError } from '@muster/sdk';
import type { Document } from '../../ports/store.ts';
import type { SqlRow } from './statements.ts';

/** The two texts of a document. The checksum of `hot` goes on from that of `cold`, so that neither can meet a stranger. */
export interface SplitText {
  readonly cold: string;
  readonly coldSum: number;
  readonly hot: string;
  readonly hotSum: number;
}

const damaged = (collection: string, text: unknown): MusterError =>
  new MusterError(
    'STORE_CORRUPT',
    `The store is damaged: a document of ${collection} does not fit its checksum (it begins with ${String(text).slice(0, 40)}). ` +
      'Run "muster store check" to see how far it goes, and put back a backup.',
  );

/** Cuts documents into what seldom changes and what often does, and puts them together again. */
export const createSplitter = (collection: string, fields: readonly string[]) => {
  const hotNames = new Set(fields);

  const encodeHot = (document: Document, coldSum: number): { hot: string; hotSum: number } => {
    const values: unknown[] = [];
    const source = document as unknown as Record<string, unknown>;
    let whole = true;
    for (const field of fields) {
      const value = source[field];
      if (value === undefined) whole = false;
      values.push(value);
    }
    // Mostly all of them are there, and a list says it without their names.
    const hot = JSON.stringify(
      whole
        ? values
        : Object.fromEntries(fields.filter((field) => source[field] !== undefined).map((field) => [field, source[field]])),
    );
    return { hot, hotSum: crc32(hot, coldSum) };
  };

  return {
    encodeHot,
    encode(document: Document): SplitText {
      const cold: Record<string, unknown> = {};
      const source = document as unknown as Record<string, unknown>;
      for (const field in source) {
        if (hotNames.has(field) || !Object.hasOwn(source, field)) continue;
        if (field === '__proto__')
          Object.defineProperty(cold, field, { value: source[field], enumerable: true, configurable: true, writable: true });
        else cold[field] = source[field];
      }
      const text = JSON.stringify(cold);
      const coldSum = crc32(text);
      return { cold: text, coldSum, ...encodeHot(document, coldSum) };
    },
    /** Of a row with `document` and `sum`, `state` and `state_sum`. Errors: STORE_CORRUPT. */
    decode(row: SqlRow): Document {
      const { document: cold, sum, state: hot, state_sum: hotSum } = row;
      if (typeof cold !== 'string' || crc32(cold) !== sum) throw damaged(collection, cold);
      if (typeof hot !== 'string' || crc32(hot, sum) !== hotSum) throw damaged(collection, hot ?? cold);
      const document = JSON.parse(cold) as Record<string, unknown> & Document;
      const values = JSON.parse(hot) as unknown;
      if (Array.isArray(values))
        for (let at = 0; at < fields.length; at += 1) document[fields[at] as string] = values[at] as unknown;
      else Object.assign(document, values);
      return document;
    },
  };
};
