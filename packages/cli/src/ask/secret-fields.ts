import { MusterError, safeText } from '@muster/sdk';
import type { Context } from '../context.ts';
import type { ObjectSchema } from '../run/schema-flags.ts';
import { askSecret } from './secret.ts';
import { readStdin } from './stdin.ts';

export const secretNames = (schema: ObjectSchema): string[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, { secret }]) => (secret ? [name] : []));

/** Secrets of an account from stdin: a JSON object, or one line where there is one field. */
export async function secretsFromStdin(fields: readonly string[]): Promise<Record<string, unknown>> {
  const text = await readStdin();
  if (!text.trimStart().startsWith('{') && fields.length === 1) return { [fields[0] as string]: text };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MusterError('BAD_INPUT', `stdin must hold a JSON object with ${fields.join(', ')}.`);
  }
  const unknown = Object.keys(value as object).filter((name) => !fields.includes(name));
  if (unknown.length > 0) {
    throw new MusterError(
      'BAD_INPUT',
      `${safeText(unknown.join(', '))} on stdin is no secret field; there are: ${fields.join(', ')}.`,
    );
  }
  return value as Record<string, unknown>;
}

/** Secrets of an account from the terminal; an empty line leaves an optional one out. */
export async function askForSecrets(
  context: Context,
  fields: readonly string[],
  required: readonly string[],
): Promise<Record<string, unknown>> {
  if (!context.interactive) {
    throw new MusterError('BAD_REQUEST', `${fields.join(', ')} can be asked for on a terminal only; use --secrets-stdin.`);
  }
  const answers: Record<string, unknown> = {};
  for (const field of fields) {
    const optional = required.includes(field) ? '' : ' (may be empty)';
    const value = await askSecret(`${field}${optional}`, process.stdin, process.stderr);
    if (value !== '') answers[field] = value;
    else if (!optional) throw new MusterError('BAD_INPUT', `${field} must not be empty.`);
  }
  return answers;
}
