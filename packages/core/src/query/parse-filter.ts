import { MusterError } from '@muster/sdk';
import { closest, distance } from 'fastest-levenshtein';
import { ACCOUNT_FIELD_NAMES, accountField } from './account-fields.ts';
import type { Filter } from './filter.ts';
import { all } from './filter.ts';
import type { FilterValue, Operator } from './filter-term.ts';
import { bareTerm, fieldTerm, OPERATORS, TermFault } from './filter-term.ts';

const MAX_LENGTH = 4_000;
const MAX_DEPTH = 32;
const MAX_TERMS = 200;

const NAME = /[A-Za-z_][A-Za-z0-9_.-]*(?=[:=<>]|!=)/y;
const BARE = /[^\s()]+/y;
const WORD = /(?:or|and|not)(?=[\s()]|$)/iy;

export interface FilterOptions {
  /** Milliseconds since the epoch, for ages. */
  readonly now: number;
  /** The plugin's fields, where they are known: names besides them are refused, and so are secret ones. */
  readonly fields?: { readonly plain: readonly string[]; readonly secret: readonly string[] };
}

const HELP = 'Possible are words, "quoted words", /expressions/ and comparisons (state:failed level>=30 !tag:vip used>2d)';

/**
 * Reads a filter for accounts: `state:failed level>=30 !tag:vip used>2d (try>=3 or why:timeout) "some text" /regex/`.
 * Terms side by side must all hold; `or`, `!` and parentheses do as expected. An empty text lets every account through.
 * Errors: BAD_FILTER with the column (from 1) in the message and in `details.column`.
 */
export const parseFilter = (text: string, options: FilterOptions): Filter => {
  if (text.length > MAX_LENGTH) throw fault(MAX_LENGTH, `A filter has at most ${MAX_LENGTH} characters.`);
  const parser = createParser(text, options);
  return parser.filter();
};

const fault = (at: number, message: string, cause?: unknown): MusterError =>
  new MusterError('BAD_FILTER', `Filter, column ${at + 1}: ${message}`, { details: { column: at + 1 }, cause });

const createParser = (text: string, { now, fields }: FilterOptions): { filter(): Filter } => {
  let at = 0;
  let depth = 0;
  let terms = 0;

  const skipSpace = (): void => {
    while (/\s/.test(text.charAt(at))) at += 1;
  };
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const [found] = pattern.exec(text) ?? [];
    if (found !== undefined) at += found.length;
    return found;
  };
  const takeWord = (word: string): boolean => {
    const before = at;
    if (take(WORD)?.toLowerCase() === word) return true;
    at = before;
    return false;
  };

  const filter = (): Filter => {
    skipSpace();
    if (at === text.length) return all();
    const found = alternatives();
    if (at < text.length) throw fault(at, `There is a ")" with nothing open before it. ${HELP}.`);
    return found;
  };

  const alternatives = (): Filter => {
    const filters = [conjunction()];
    while (takeWord('or')) filters.push(conjunction());
    return filters.length === 1 ? (filters[0] as Filter) : { op: 'any', filters };
  };

  const conjunction = (): Filter => {
    const filters: Filter[] = [];
    for (;;) {
      skipSpace();
      if (filters.length > 0 && takeWord('and')) skipSpace();
      else if (at === text.length || text[at] === ')' || peeksAtOr()) break;
      filters.push(factor());
    }
    if (filters.length === 0) throw missing();
    return all(...filters);
  };

  const missing = (): MusterError => fault(at, `Something to look for is missing here. ${HELP}.`);

  const peeksAtOr = (): boolean => {
    const before = at;
    const found = takeWord('or');
    at = before;
    return found;
  };

  const factor = (): Filter => {
    if (text[at] === '!' || takeWord('not')) {
      if (text[at] === '!') at += 1;
      skipSpace();
      if (at === text.length || text[at] === ')' || peeksAtOr()) throw missing();
      return { op: 'not', filter: nested(at, factor) };
    }
    if (text[at] !== '(') return term();
    const start = at;
    at += 1;
    const inner = nested(start, alternatives);
    skipSpace();
    if (text[at] !== ')') throw fault(start, 'This "(" is never closed. Add a ")".');
    at += 1;
    return inner;
  };

  const nested = (start: number, parse: () => Filter): Filter => {
    depth += 1;
    if (depth > MAX_DEPTH) throw fault(start, `It is nested more than ${MAX_DEPTH} deep. Write it flatter.`);
    const found = parse();
    depth -= 1;
    return found;
  };

  const term = (): Filter => {
    const start = at;
    terms += 1;
    if (terms > MAX_TERMS) throw fault(at, `A filter has at most ${MAX_TERMS} terms.`);
    const name = take(NAME);
    try {
      if (name === undefined) return bareTerm(bareValue());
      const field = named(name, start);
      const operator = OPERATORS.find((sign) => text.startsWith(sign, at)) as Operator;
      at += operator.length;
      return fieldTerm({ field, operator, value: value(), now });
    } catch (error) {
      if (!(error instanceof TermFault)) throw error;
      throw fault(start, `${name === undefined ? '' : `"${name}": `}${error.message}.`, error);
    }
  };

  const named = (name: string, start: number): ReturnType<typeof accountField> => {
    const field = accountField(name);
    if (field.kind !== 'data' || !fields) return field;
    const top = field.path.slice('data.'.length).split('.', 1)[0] as string;
    if (fields.secret.includes(top)) throw fault(start, `"${top}" is secret; accounts cannot be searched by it.`);
    if (fields.plain.includes(top)) return field;
    const known = [...ACCOUNT_FIELD_NAMES, ...fields.plain];
    const near = closest(top, known);
    const hint = distance(top, near) <= 2 ? `Did you mean "${near}"?` : `There are ${known.join(', ')}.`;
    throw fault(start, `No account has a field "${top}". ${hint} To look for the text itself, quote it.`);
  };

  const bareValue = (): FilterValue => {
    const sign = OPERATORS.find((operator) => text.startsWith(operator, at));
    if (sign !== undefined) throw new TermFault(`a field's name is missing before "${sign}"; quote the text to look for it`);
    return value();
  };

  const value = (): FilterValue => {
    const first = text[at];
    if (first === '"' || first === "'") return { text: quoted(first), form: 'quoted' };
    if (first === '/') return { text: pattern(), form: 'pattern' };
    return { text: take(BARE) ?? '', form: 'bare' };
  };

  /** Up to the closing sign; a backslash keeps the sign after it. */
  const enclosed = (sign: string, what: string): string => {
    const start = at;
    for (at += 1; at < text.length && text[at] !== sign; at += 1) if (text[at] === '\\') at += 1;
    if (at >= text.length) throw fault(start, `This ${what} is never closed. Add a ${sign} at its end.`);
    at += 1;
    return text.slice(start + 1, at - 1);
  };
  const quoted = (sign: string): string => enclosed(sign, 'quoted text').replaceAll(/\\(["'\\])/g, '$1');
  const pattern = (): string => {
    const start = at;
    const found = enclosed('/', 'expression');
    if (found === '') throw fault(start, 'The expression is empty. To look for slashes, quote them.');
    if (at < text.length && !/[\s)]/.test(text.charAt(at)))
      throw fault(at, 'After an expression there must be a space. Write a slash within it as \\/.');
    return found.replaceAll('\\/', '/');
  };

  return { filter };
};
