import type { Scalar } from './filter.ts';
import { toScalar } from './scalars.ts';

/** Reads the value at a dotted path of a document; undefined where there is none. Never reads an inherited property. */
export const readPath = (document: object, path: string): unknown => readKeys(document, path.split('.'));

const readKeys = (document: object, keys: readonly string[]): unknown => {
  let value: unknown = document;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
};

export type ScalarReader = (document: object) => Scalar;

/** A reader for a path that is read often. */
export const scalarReader = (path: string): ScalarReader => {
  const keys = path.split('.');
  if (keys.length > 1) return (document) => toScalar(readKeys(document, keys));
  // Nothing that a plain object inherits is a scalar, so the quick way cannot read an inherited value.
  return (document) => toScalar((document as Record<string, unknown>)[path]);
};
