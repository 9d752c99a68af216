import type { FieldKind } from './account-fields.ts';
import type { Filter, Scalar } from './filter.ts';
import { all, eq, oneOf } from './filter.ts';
import { readDate, readDuration, readNumber } from './filter-values.ts';
import { patternFault } from './safe-pattern.ts';

export const OPERATORS = ['!=', '<=', '>=', ':', '=', '<', '>'] as const;
export type Operator = (typeof OPERATORS)[number];

/** A value as it was written. A pattern stood between slashes; a quoted text is never a list or a special word. */
export interface FilterValue {
  readonly text: string;
  readonly form: 'bare' | 'quoted' | 'pattern';
}

/** What is wrong with a value or an operator, in words; the parser adds the place. */
export class TermFault extends Error {}

const ORDER = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' } as const;
type OrderOperator = keyof typeof ORDER;
const MIRRORED = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;
const isOrder = (operator: Operator): operator is OrderOperator => Object.hasOwn(ORDER, operator);

const compare = (path: string, operator: OrderOperator, value: Scalar): Filter => ({
  op: ORDER[operator],
  field: path,
  value,
});

const anyOf = (filters: readonly Filter[]): Filter => (filters.length === 1 ? (filters[0] as Filter) : { op: 'any', filters });
const among = (path: string, values: readonly Scalar[]): Filter =>
  values.length === 1 ? eq(path, values[0] as Scalar) : oneOf(path, values);

/** `a,b` is a list of alternatives, unless quoted. */
const alternatives = ({ text, form }: FilterValue): string[] => {
  const parts = form === 'bare' ? text.split(',') : [text];
  if (parts.length > 1 && parts.includes('')) throw new TermFault('a list has an empty part; write a,b,c or quote the text');
  return parts;
};

/** An empty value asks for what is not there. */
const absent = (path: string): Filter => oneOf(path, [null, '']);

const wordTerm = (path: string, value: FilterValue, words?: readonly string[]): Filter => {
  if (value.text === '') return absent(path);
  const wanted = alternatives(value).map((word) => (words ? word.toLowerCase().replaceAll(/[\s_]+/g, '-') : word));
  const strange = words && wanted.find((word) => !words.includes(word));
  if (strange !== undefined) throw new TermFault(`"${strange}" is none of ${words?.join(', ')}`);
  return among(path, wanted);
};

const textTerm = (path: string, value: FilterValue, exact: boolean): Filter => {
  if (value.text === '') return absent(path);
  const wanted = alternatives(value);
  return exact ? among(path, wanted) : anyOf(wanted.map((text): Filter => ({ op: 'contains', field: path, value: text })));
};

const numberOf = (text: string): number => {
  const number = readNumber(text);
  if (number === undefined) throw new TermFault(`"${text}" is not a number`);
  return number;
};

const numberTerm = (path: string, operator: Operator, value: FilterValue): Filter =>
  isOrder(operator) ? compare(path, operator, numberOf(value.text)) : among(path, alternatives(value).map(numberOf));

const timeTerm = (field: FieldKind & { kind: 'age' | 'ahead' }, operator: Operator, text: string, now: number): Filter => {
  const { path, kind } = field;
  if (!isOrder(operator)) {
    if (text.toLowerCase() === 'never') return oneOf(path, [0, null]);
    throw new TermFault(`a time is compared with < or >, as in >2d; or it is "never"`);
  }
  const date = readDate(text);
  // A date is later or earlier; an age is older or younger, which is the other way round.
  if (date !== undefined) return compare(path, operator, date);
  const duration = readDuration(text);
  if (duration === undefined)
    throw new TermFault(`"${text}" is neither a span (90s, 15m, 2h, 3d, 1w) nor a date (2026-11-21, 2026-11-21T12:00)`);
  return kind === 'age' ? compare(path, MIRRORED[operator], now - duration) : compare(path, operator, now + duration);
};

/** Without its type, `30` may be stored as a number or as text, and `true` as a truth value or as text. */
const spellings = (text: string): Scalar[] => {
  const number = readNumber(text);
  if (number !== undefined) return [number, text];
  return text === 'true' || text === 'false' ? [text === 'true', text] : [text];
};

const dataTerm = (path: string, operator: Operator, value: FilterValue): Filter => {
  const { text, form } = value;
  if (isOrder(operator)) return compare(path, operator, (form === 'quoted' ? undefined : readNumber(text)) ?? text);
  if (text === '') return absent(path);
  const wanted = alternatives(value);
  if (operator === ':' && wanted.every((one) => form === 'quoted' || spellings(one).length === 1))
    return anyOf(wanted.map((one): Filter => ({ op: 'contains', field: path, value: one })));
  return among(path, form === 'quoted' ? [text] : wanted.flatMap(spellings));
};

const holderTerm = (path: string, prefix: string, value: FilterValue): Filter =>
  value.text === ''
    ? absent(path)
    : among(
        path,
        alternatives(value).map((name) => (name.startsWith(prefix) ? name : prefix + name)),
      );

const plainTerm = (field: FieldKind, operator: Operator, value: FilterValue, now: number): Filter => {
  const { kind, path } = field;
  if (isOrder(operator) && (kind === 'word' || kind === 'text' || kind === 'list' || kind === 'holder'))
    throw new TermFault(`it cannot be compared with ${operator}; use : or = or !=`);
  switch (kind) {
    case 'word':
      return wordTerm(path, value, field.words);
    case 'holder':
      return holderTerm(path, field.prefix, value);
    case 'text':
      return textTerm(path, value, operator !== ':');
    case 'list':
      if (value.text === '') throw new TermFault('the value is missing');
      return anyOf(alternatives(value).map((item): Filter => ({ op: 'has', field: path, value: item })));
    case 'number':
      return numberTerm(path, operator, value);
    case 'age':
    case 'ahead':
      return timeTerm(field, operator, value.text, now);
    default:
      return dataTerm(path, operator, value);
  }
};

const patternFilter = (path: string, pattern: string): Filter => {
  const fault = patternFault(pattern);
  if (fault !== undefined) throw new TermFault(`the expression /${pattern}/ is refused: ${fault}`);
  return { op: 'matches', field: path, pattern };
};

export interface Term {
  readonly field: FieldKind;
  readonly operator: Operator;
  readonly value: FilterValue;
  readonly now: number;
}

/** `name operator value` as a filter. Throws TermFault. */
export const fieldTerm = ({ field, operator, value, now }: Term): Filter => {
  if (value.form === 'pattern') {
    if (isOrder(operator) || field.kind === 'list') throw new TermFault('an expression does not go with this; use : and a text');
    const matching = patternFilter(field.path, value.text);
    return operator === '!=' ? { op: 'not', filter: matching } : matching;
  }
  if (value.text === '' && value.form === 'bare') throw new TermFault('the value is missing; for "is empty" write ""');
  if (operator === '!=') return { op: 'not', filter: plainTerm(field, '=', value, now) };
  return plainTerm(field, operator, value, now);
};

const SEARCHED = ['label', 'status', 'why'] as const;

/** Text or an expression without a name: anywhere in what people read of an account. Throws TermFault. */
export const bareTerm = ({ text, form }: FilterValue): Filter => {
  if (text === '') return all();
  return anyOf(
    SEARCHED.map((path) => (form === 'pattern' ? patternFilter(path, text) : { op: 'contains', field: path, value: text })),
  );
};
