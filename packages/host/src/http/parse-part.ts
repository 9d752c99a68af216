import { MusterError } from '@muster/sdk';
import { z } from 'zod';

const where = (part: string, path: readonly PropertyKey[]): string => (path.length === 0 ? part : path.map(String).join('.'));

/** One part of a request by its schema; keys that it does not know are refused, since they are misspelt. BAD_INPUT names the field. */
export function parsePart(part: 'path' | 'query' | 'body', schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 5).map((issue) => `${where(part, issue.path)}: ${issue.message}`);
  throw new MusterError('BAD_INPUT', `${issues.join('; ')}.`, { details: { part } });
}

/** Refuses keys that the schema does not know, unless it says what else there may be. Once a route, not once a request. */
export const strict = (schema: z.ZodType | undefined): z.ZodType | undefined =>
  schema instanceof z.ZodObject && schema.def.catchall === undefined ? schema.strict() : schema;
