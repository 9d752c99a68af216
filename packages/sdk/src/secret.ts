import type { z } from 'zod';

/** Marks a field that lives in the vault: never logged, never sent to a client, revealed only to the task that asks. */
export const secret = <T extends z.ZodType>(schema: T): T => schema.meta({ ...schema.meta(), secret: true }) as T;

export const isSecret = (schema: z.ZodType): boolean => schema.meta()?.['secret'] === true;

/** The names of an account schema's secret fields. */
export const secretFields = (schema: z.ZodObject): string[] =>
  Object.entries(schema.shape).flatMap(([name, field]) => (isSecret(field as z.ZodType) ? [name] : []));
