import type { z } from 'zod';

/**
 * Marks a field of an account or of the settings that lives in the vault: never logged, never sent to a client, revealed only to the
 * task that asks. Inside of a field, in an input of an action, or in what accounts are known or ordered by it would seal nothing:
 * `definePlugin` refuses it there.
 */
export const secret = <T extends z.ZodType>(schema: T): T => schema.meta({ ...schema.meta(), secret: true });

/** True for a marked schema, also inside `optional()`, `nullable()` or `default()`. */
export function isSecret(schema: z.ZodType): boolean {
  if (schema.meta()?.['secret'] === true) return true;
  const inner = (schema.def as { innerType?: z.ZodType }).innerType;
  return inner !== undefined && isSecret(inner);
}

/** The names of an account schema's secret fields. */
export const secretFields = (schema: z.ZodObject): string[] =>
  Object.entries(schema.shape).flatMap(([name, field]) => (isSecret(field as z.ZodType) ? [name] : []));
