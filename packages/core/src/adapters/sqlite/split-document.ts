import { crc32 } from 'node:zlib';
import type { Document } from '../../ports/store.ts';
import type { Scalar } from '../../query/filter.ts';
import { damagedDocument } from './columns.ts';
import type { SqlRow } from './statements.ts';

/** The two texts of a document. The checksum of `hot` goes on from that of `cold`, so that neither can meet a stranger. */
export interface SplitText {
  readonly cold: string;
  readonly coldSum: number;
  readonly hot: string;
  readonly hotSum: number;
}

/** The text of the rest, on a document that was read without it. */
const COLD = Symbol('cold');

interface View extends Document {
  readonly [COLD]?: string;
}

/** Cuts documents into what seldom changes and what often does, and puts them together again. `given`: fields that views have too. */
export const createSplitter = (collection: string, fields: readonly string[], given: readonly string[] = []) => {
  const hotNames = new Set(fields);

  const check = ({ document: cold, sum, state: hot, state_sum: hotSum }: SqlRow): { cold: string; hot: string } => {
    if (typeof cold !== 'string' || crc32(cold) !== sum) throw damagedDocument(collection, cold);
    if (typeof hot !== 'string' || crc32(hot, sum) !== hotSum) throw damagedDocument(collection, hot ?? cold);
    return { cold, hot };
  };
  // Objects that are copied from one with all its fields keep its shape, and are several times quicker to make and to change.
  const hotShape = Object.fromEntries(fields.map((field) => [field, null]));
  const viewShape: Record<string, unknown> & Document = {
    id: '',
    ...Object.fromEntries(given.map((field) => [field, null])),
    ...hotShape,
    [COLD]: '',
  };
  const addHot = (document: Record<string, unknown>, hot: string): boolean => {
    const values = JSON.parse(hot) as unknown;
    if (!Array.isArray(values)) {
      Object.assign(document, values);
      return false;
    }
    for (let at = 0; at < fields.length; at += 1) document[fields[at] as string] = values[at] as unknown;
    return true;
  };
  const hotOf = (source: Record<string, unknown>): Record<string, unknown> => {
    const whole = { ...hotShape } as Record<string, unknown>;
    let missing = false;
    for (const field of fields) {
      const value = source[field];
      whole[field] = value;
      if (value === undefined) missing = true;
    }
    if (!missing) return whole;
    return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
  };

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
      const { cold, hot } = check(row);
      const document = JSON.parse(cold) as Record<string, unknown> & Document;
      addHot(document, hot);
      return document;
    },
    /** Only its hot fields and the given ones, whose values `valueOf` tells; the rest stays text. */
    decodeView(row: SqlRow, valueOf: (field: string) => Scalar): Document {
      const { cold, hot } = check(row);
      const fill = (view: Record<string | symbol, unknown>): boolean => {
        view['id'] = row['id'];
        for (const field of given) view[field] = valueOf(field);
        view[COLD] = cold;
        return addHot(view, hot);
      };
      const view = { ...viewShape };
      if (fill(view)) return view;
      const bare = {} as Document & Record<string | symbol, unknown>;
      fill(bare);
      return bare;
    },
    whole(document: Document): Document {
      const cold = (document as View)[COLD];
      if (cold === undefined) return document;
      return Object.assign(JSON.parse(cold) as Document, hotOf(document as unknown as Record<string, unknown>));
    },
    /** The JSON text of a document or a view. */
    textOf(document: Document): string {
      const cold = (document as View)[COLD];
      if (cold === undefined) return JSON.stringify(document);
      const hot = JSON.stringify(hotOf(document as unknown as Record<string, unknown>));
      return hot === '{}' ? cold : `${cold.slice(0, -1)},${hot.slice(1)}`;
    },
  };
};
