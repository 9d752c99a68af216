import { type MusterError, toMusterError } from '@muster/sdk';
import { fieldOf, snakeName } from '../import/field-names.ts';
import type { Problem } from './account-json.ts';

/** Field names as the caller writes them. */
const shown = (path: string): string => (path.includes('_') ? path : snakeName(path));

export const invalid = (problems: readonly Problem[]): Response =>
  Response.json(
    {
      detail: problems.map(({ path, message }) => ({
        loc: ['body', ...(path === '' ? [] : [shown(path)])],
        path: shown(path),
        msg: message,
        type: 'value_error',
      })),
      code: 'BAD_INPUT',
    },
    { status: 422 },
  );

export const notFound = (id: string): Response =>
  Response.json({ detail: 'Account not found', code: 'NOT_FOUND', account_id: id.slice(0, 100) }, { status: 404 });

const TAKEN: Readonly<Record<string, string>> = {
  email: 'Account with this email already exists',
  passportNumber: 'Account with this passport number already exists',
};

/** What the roster refuses, in the shapes of these paths; anything else goes on as it is. */
export function refusal(thrown: unknown): Response {
  const error = toMusterError(thrown);
  const { fields, account } = (error.details ?? {}) as { readonly fields?: unknown; readonly account?: unknown };
  if (error.code === 'CONFLICT' && Array.isArray(fields)) {
    const named = fields.filter((field) => typeof field === 'string');
    const [first = ''] = named;
    return Response.json(
      {
        detail: TAKEN[first] ?? error.message,
        code: 'CONFLICT',
        field: snakeName(first),
        fields: named.map(snakeName),
        account_id: account ?? null,
      },
      { status: 409 },
    );
  }
  if (error.code === 'BAD_INPUT') return invalid(problemsOf(error, fields));
  throw thrown;
}

function problemsOf(error: MusterError, fields: unknown): Problem[] {
  const listed = Array.isArray(fields) ? (fields as readonly Partial<Problem>[]) : [];
  const problems = listed.flatMap(({ path, message }) =>
    path !== undefined && message !== undefined ? [{ path, message }] : [],
  );
  if (problems.length > 0) return problems;
  const [, name = '', message = error.message] = /^(\w+): (.*)$/s.exec(error.message) ?? [];
  return [{ path: fieldOf(name) ?? name, message }];
}
