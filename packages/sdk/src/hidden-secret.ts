import type { z } from 'zod';
import { isSecret } from './secret.ts';

/** The first field with a mark below it, where it seals nothing. */
export const hiddenSecret = (schema: z.ZodObject): string | undefined =>
  Object.entries(schema.shape).find(([, field]) => !isSecret(field as z.ZodType) && holdsMark(field, new Set()))?.[0];

/** Whether a mark stands anywhere in a schema, or in what its definition is made of. */
function holdsMark(value: unknown, seen: Set<unknown>): boolean {
  if (typeof value !== 'object' || value === null || seen.has(value)) return false;
  seen.add(value);
  const { meta, def } = value as Partial<z.ZodType>;
  if (typeof meta === 'function' && def !== undefined) {
    return isSecret(value as z.ZodType) || Object.values(def).some((part) => holdsMark(part, seen));
  }
  return Object.getPrototypeOf(value) === Object.prototype || Array.isArray(value)
    ? Object.values(value).some((part) => holdsMark(part, seen))
    : false;
}
