/** What the service says went wrong, whatever shape it says it in. */
export interface Said {
  readonly message: string;
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
}

const NO_REASON = 'The service gave no reason.';
const MAX_MESSAGE = 1_000;
/** Of a code, which is counted and listed. */
const MAX_WORD = 100;
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const wordOf = (value: unknown): string | undefined => textOf(value)?.slice(0, MAX_WORD);

function fromIssue(issue: unknown): string {
  if (typeof issue !== 'object' || issue === null) return String(issue);
  const { loc, msg } = issue as { readonly loc?: unknown; readonly msg?: unknown };
  const path = Array.isArray(loc) ? loc.filter((part) => part !== 'body').join('.') : '';
  return `${path === '' ? '' : `${path}: `}${textOf(msg) ?? 'not valid'}`;
}

function pick(value: unknown): Said | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { error, detail, message } = value as { readonly error?: unknown; readonly detail?: unknown; readonly message?: unknown };
  if (typeof error === 'object' && error !== null) {
    const inner = error as Readonly<Record<string, unknown>>;
    const [type, code, param] = [wordOf(inner['type']), wordOf(inner['code']), wordOf(inner['param'])];
    return {
      message: textOf(inner['message']) ?? textOf(inner['detail']) ?? NO_REASON,
      ...(type && { type }),
      ...(code && { code }),
      ...(param && { param }),
    };
  }
  if (Array.isArray(detail)) return { message: detail.map(fromIssue).join('; '), code: 'validation_error' };
  if (typeof detail === 'object' && detail !== null) return pick({ error: detail });
  const text = textOf(detail) ?? textOf(error) ?? textOf(message);
  return text === undefined ? undefined : { message: text };
}

/** Reads OpenAI's `{error: {…}}`, FastAPI's `{detail}` (a text, or a list of what is not valid), or a plain text. */
export function readSaid(body: string): Said {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    const text = body.trim();
    // A page of a proxy on the way helps nobody.
    const message = text === '' || text.startsWith('<') ? NO_REASON : text;
    return { message: message.slice(0, MAX_MESSAGE) };
  }
  const said = pick(value) ?? { message: textOf(value) ?? NO_REASON };
  return { ...said, message: said.message.slice(0, MAX_MESSAGE) };
}
