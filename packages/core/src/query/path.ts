import type { Scalar } from './filter.ts';
import { toScalar } from './scalars.ts';

/** Reads the value at a dotted path of a document; undefined where there is none. Never reads an inherited property. */
export const readPath = (document: object, path: string): unknown => {
  let value: unknown = document;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
};

export type ScalarReader = (document: object) => Scalar;

/** A reader for a path that is read often. */
export const scalarReader = (path: string): ScalarReader => {
  if (path.includes('.')) return (document) => toScalar(readPath(document, path));
  // Nothing that a plain object inherits is a scalar, so the quick way cannot read an inherited value.
  return (document) => toScalar((document as Record<string, unknown>)[path]);
};
