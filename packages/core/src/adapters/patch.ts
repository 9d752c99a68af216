import { MusterError } from '@muster/sdk';
import type { Document, Patch } from '../ports/store.ts';

const sum = (document: Document, field: string, by: number): number => {
  const value = (Object.hasOwn(document, field) ? (document as unknown as Record<string, unknown>)[field] : null) ?? 0;
  if (typeof value !== 'number')
    throw new MusterError('BAD_INPUT', `Cannot add to "${field}" of ${document.id}: it is not a number.`);
  return value + by;
};

/** The changed document, a new one: documents that were handed out stay as they are. */
export const applyPatch = (document: Document, patch: Patch): Document => {
  // Spreading defines own properties, so even a field named `__proto__` stays data.
  const next: Record<string, unknown> & Document = { ...document, ...patch.set };
  for (const field in patch.add) {
    const value = sum(document, field, patch.add[field] as number);
    if (field === '__proto__')
      Object.defineProperty(next, field, { value, enumerable: true, configurable: true, writable: true });
    else next[field] = value;
  }
  return next;
};

/** Top-level names of the fields that a patch changes. */
export const changedFields = (patch: Patch): string[] => [...Object.keys(patch.set ?? {}), ...Object.keys(patch.add ?? {})];

/** The changes of one transaction mostly name the same fields: what depends on them need not be found out for each. */
export const sameFields = (left: readonly string[], right: readonly string[]): boolean =>
  left === right || (left.length === right.length && left.every((name, at) => name === right[at]));
