import { providerOf, type Provider } from './fields.ts';
import { readQuoted, skipBlanks } from './quoted.ts';

/** A line without a header, cut at its first separator. Columns after the password are still in `rest`. */
export interface Separated {
  readonly provider: Provider | undefined;
  readonly username: string;
  readonly separator: string;
  /** Password and what may follow it. */
  readonly rest: string;
  /** Set when the password was in quotes: `rest` is then what follows it. */
  readonly password: string | undefined;
  /** White space stood beside the separator. */
  readonly spaced: boolean;
}

const isSeparator = (code: number): boolean => code === 0x2c || code === 0x3b || code === 0x3a || code === 0x09 || code === 0x7c;

function firstSeparator(text: string, from: number): number {
  for (let index = from; index < text.length; index++) if (isSeparator(text.charCodeAt(index))) return index;
  return -1;
}

const isBlank = (text: string, at: number): boolean => text[at] === ' ' || text[at] === '\t';

/**
 * `user SEP password`, with `ptc` or `google` before it where two more fields follow. One separator before the user name is
 * dropped, as the original does. Undefined where the line has no separator; `open` and `malformed` as for quoted fields.
 */
export function splitSeparated(line: string): Separated | 'open' | 'malformed' | undefined {
  let start = 0;
  if (isSeparator(line.charCodeAt(0)) && firstSeparator(line, 1) > 1) start = 1;

  const first = takeField(line, start);
  if (first === 'open' || first === 'malformed') return first;
  if (first.end === -1) return undefined;
  const provider = first.quoted && first.text === '' ? undefined : providerOf(first.text);
  if (provider) {
    const second = takeField(line, first.end + 1);
    if (second === 'open' || second === 'malformed') return second;
    if (second.end !== -1) return finish(line, { provider, username: second.text, end: second.end });
  }
  return finish(line, { provider: undefined, username: first.text, end: first.end });
}

function takeField(line: string, at: number) {
  const quoted = line.charCodeAt(skipBlanks(line, at, '')) === 0x22 ? readQuoted(line, at) : undefined;
  if (quoted === 'open') return quoted;
  if (quoted) {
    const end = skipBlanks(line, quoted.end, '\t');
    if (end < line.length && !isSeparator(line.charCodeAt(end))) return 'malformed';
    return { text: quoted.text, end: end < line.length ? end : -1, quoted: true };
  }
  const end = firstSeparator(line, at);
  return { text: line.slice(at, end === -1 ? line.length : end).trim(), end, quoted: false };
}

function finish(
  line: string,
  head: { readonly provider: Provider | undefined; readonly username: string; readonly end: number },
): Separated | 'open' | 'malformed' {
  const { end, ...names } = head;
  const separator = line[end] as string;
  const spaced = isBlank(line, end - 1) || isBlank(line, end + 1);
  const rest = line.slice(end + 1).trim();
  if (rest.startsWith('"')) {
    const quoted = readQuoted(rest, 0);
    if (quoted === 'open') return 'open';
    if (quoted) {
      const after = rest.slice(quoted.end).trim();
      if (after !== '' && !isSeparator(after.charCodeAt(0)) && !/^[([]?l(?:e?ve?)?l?\b/i.test(after)) return 'malformed';
      return { ...names, separator, spaced, rest: after, password: quoted.text };
    }
  }
  return { ...names, separator, spaced, rest, password: undefined };
}
