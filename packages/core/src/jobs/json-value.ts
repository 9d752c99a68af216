import { MusterError } from '@muster/sdk';
import type { Json } from '@muster/sdk';

/**
 * A value from plugin code as plain JSON, its own copy. `undefined` is null.
 * BAD_INPUT when it is not JSON (a function, a cycle, a BigInt), TOO_LARGE beyond `maxLength` characters of text.
 */
export function jsonValue(value: unknown, { what, maxLength }: { what: string; maxLength: number }): Json {
  if (value === undefined) return null;
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new MusterError('BAD_INPUT', `${what} cannot be kept as JSON: ${(error as Error).message}`, { cause: error });
  }
  if (text === undefined) throw new MusterError('BAD_INPUT', `${what} cannot be kept as JSON: it is a ${typeof value}.`);
  if (text.length > maxLength) {
    throw new MusterError(
      'TOO_LARGE',
      `${what} has ${text.length} characters as JSON, more than the ${maxLength} that are kept. Write it to a file and keep its name.`,
    );
  }
  return JSON.parse(text) as Json;
}
