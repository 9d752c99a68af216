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
  if (!patch.add) return { ...document, ...patch.set };
  const added = Object.fromEntries(Object.entries(patch.add).map(([field, by]) => [field, sum(document, field, by)]));
  return { ...document, ...patch.set, ...added };
};

/** Top-level names of the fields that a patch changes. */
export const changedFields = (patch: Patch): string[] => [...Object.keys(patch.set ?? {}), ...Object.keys(patch.add ?? {})];
