import { MusterError } from '@muster/sdk';
import type { Filter, Scalar } from './filter.ts';
import { readPath, scalarReader } from './path.ts';
import { PATTERN_REACH } from './safe-pattern.ts';
import { compareScalars } from './scalars.ts';

export type Predicate = (document: object) => boolean;

const ORDER_TESTS: Record<'lt' | 'lte' | 'gt' | 'gte', (difference: number) => boolean> = {
  lt: (difference) => difference < 0,
  lte: (difference) => difference <= 0,
  gt: (difference) => difference > 0,
  gte: (difference) => difference >= 0,
};

/** `lt` and its kin hold only between two numbers or two texts. */
const comparable = (left: Scalar, right: Scalar): boolean =>
  typeof left === typeof right && (typeof left === 'number' || typeof left === 'string');

const compileText = (field: string, test: (text: string) => boolean): Predicate => {
  const read = scalarReader(field);
  return (document) => {
    const value = read(document);
    return value !== null && test(String(value));
  };
};

const expression = (pattern: string): RegExp => {
  try {
    return new RegExp(pattern, 'iu');
  } catch (cause) {
    throw new MusterError('BAD_FILTER', `"${pattern}" is not a regular expression. Write it as JavaScript does.`, { cause });
  }
};

const compileOne = (filter: Exclude<Filter, { op: 'all' | 'any' | 'not' }>): Predicate => {
  const { field } = filter;
  const read = scalarReader(field);
  switch (filter.op) {
    case 'eq':
      return (document) => read(document) === filter.value;
    case 'ne':
      return (document) => read(document) !== filter.value;
    case 'in': {
      // An import asks for a thousand at a time, and mostly no document has one of them.
      let values: Set<Scalar> | undefined;
      return (document) => (values ??= new Set(filter.values)).has(read(document));
    }
    case 'has': {
      const wanted = filter.value.toLowerCase();
      return (document) => {
        const list = readPath(document, field);
        return Array.isArray(list) && list.some((item) => typeof item === 'string' && item.toLowerCase() === wanted);
      };
    }
    case 'contains': {
      const wanted = filter.value.toLowerCase();
      return compileText(field, (text) => text.toLowerCase().includes(wanted));
    }
    case 'matches': {
      const pattern = expression(filter.pattern);
      return compileText(field, (text) => pattern.test(text.slice(0, PATTERN_REACH)));
    }
    default: {
      const test = ORDER_TESTS[filter.op];
      return (document) => {
        const value = read(document);
        return comparable(value, filter.value) && test(compareScalars(value, filter.value));
      };
    }
  }
};

/**
 * A filter as a function. A missing field counts as null, and so does an object or array where a single value is asked for.
 * Errors: BAD_FILTER for a pattern that is no regular expression.
 */
export const compileFilter = (filter: Filter): Predicate => {
  switch (filter.op) {
    case 'all': {
      const tests = filter.filters.map(compileFilter);
      return (document) => tests.every((test) => test(document));
    }
    case 'any': {
      const tests = filter.filters.map(compileFilter);
      return (document) => tests.some((test) => test(document));
    }
    case 'not': {
      const test = compileFilter(filter.filter);
      return (document) => !test(document);
    }
    default:
      return compileOne(filter);
  }
};

export const matches = (filter: Filter, document: object): boolean => compileFilter(filter)(document);
