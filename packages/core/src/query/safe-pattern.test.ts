import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PATTERN_REACH, patternFault } from './safe-pattern.ts';

test.each([
  'rabat',
  '^a.*b$',
  '\\d{3}-\\d{4}',
  '(foo|bar)baz',
  '(?:ab)+',
  '[a-z+*]+@',
  'a?b?c?',
  '\\(\\+\\)',
  '(foo|bar)?',
  'a{2}',
  'x{1,5}',
])('lets %s through', (pattern) => {
  expect(patternFault(pattern)).toBeUndefined();
});

test.each([
  ['(a+)+$', 'repeats a group'],
  ['((a+))*$', 'repeats a group'],
  ['(a|a)*$', 'repeats a group'],
  ['(?:a?){20}b', 'repeats a group'],
  ['(a*b)+', 'repeats a group'],
  ['([ab]|a)+', 'repeats a group'],
  ['(?<n>a+)+', 'repeats a group'],
  ['.*.*.*.*x', 'unbounded repetitions'],
  ['a?'.repeat(30), 'too many optional parts'],
  ['a{0,20}a{0,20}', 'too many optional parts'],
  ['a{1000}', 'repeats more than'],
  ['(a)\\1+', 'refers back'],
  ['(?<n>a)\\k<n>', 'refers back'],
  ['(?=a+)b', 'looks ahead'],
  ['(?<!a)b', 'looks ahead or behind'],
  ['(', 'Unterminated group'],
  ['[', 'Unterminated'],
  ['a**', 'Nothing to repeat'],
  ['x'.repeat(201), 'longer than 200'],
])('refuses %s', (pattern, reason) => {
  expect(patternFault(pattern)).toContain(reason);
});

test('what is let through ends on the worst of texts', () => {
  const part = fc.constantFrom(
    'a',
    'b',
    '.',
    '[ab]',
    '(a)',
    '(?:ab)',
    '(a|b)',
    '*',
    '+',
    '?',
    '{2}',
    '{0,3}',
    '$',
    '^',
    '\\w',
    '(',
    ')',
    '|',
  );
  const text = `${'a'.repeat(PATTERN_REACH - 1)}!`;
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const pattern = parts.join('');
      // It would never return, were the judgement wrong.
      return patternFault(pattern) !== undefined || !new RegExp(`(?:${pattern})[b#]$`, 'iu').test(text);
    }),
    { numRuns: 300 },
  );
});
