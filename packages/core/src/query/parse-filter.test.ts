import { MusterError } from '@muster/sdk';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileFilter } from './evaluate.ts';
import { parseFilter } from './parse-filter.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 21, 12);

const account = {
  id: 'a1',
  plugin: 'mail',
  label: "Rabat O'Brien (14)",
  state: 'failed',
  status: 'bls_failed',
  why: 'Timeout at step 3',
  rank: 30,
  tries: 3,
  uses: 7,
  priority: 1,
  tags: ['VIP', 'north west'],
  usedAt: NOW - 3 * DAY,
  createdAt: NOW - 40 * DAY,
  updatedAt: NOW - DAY / 24,
  dueAt: NOW + DAY / 12,
  lease: { holder: 'owner/alice', expiresAt: NOW + DAY },
  data: { email: 'x@Mail.example', ios: '17', age: 40, active: true, city: { name: 'Fès' }, level: 5, empty: '' },
};

const holds = (text: string): boolean => compileFilter(parseFilter(text, { now: NOW }))(account);

test.each([
  '',
  '   ',
  'state:failed',
  'state=Failed',
  'state:ready,failed',
  'state!=ready',
  '!state:ready',
  'not state:ready',
  'status=bls_failed',
  'status!=""',
  'plugin:mail provider=mail',
  'level>=30',
  'rank<31 level=30 level:30,31 level!=31',
  'try>=3 tries:3',
  'tag:vip tags:VIP tag="north west"',
  '!tag:south',
  'used>2d used<1w !used:never',
  'used<2026-11-20 used>2026-11-18T11:59 created<2026-11-01',
  'updated<2h',
  'until<3h until>1h due<2026-11-22',
  'owner:alice holder:alice holder=owner/alice owner=owner/alice',
  'label:rabat why:timeout',
  'label:"o\'brien (14)"',
  "label:O'Brien",
  'rabat',
  '"step 3"',
  'BLS',
  '/^rab.t/',
  'label:/\\(14\\)$/ why!=/nothing/',
  'email:mail.EXAMPLE',
  'email=x@Mail.example',
  'ios:17 ios="17" age:40 age>=40 age<41 age!=41',
  'active:true data.active=true',
  'city.name:fès',
  'data.level=5',
  'empty="" missing=""',
  'email>a',
  'state:ready or tag:vip',
  'state:ready OR (tag:vip AND level>29)',
  '(state:failed) ((level:30))',
  '!(state:ready or tag:south)',
  '!!tag:vip',
  'state:ready tag:south or level:30',
])('finds the account by: %s', (text) => {
  expect(holds(text)).toBe(true);
});

test.each([
  'state:ready',
  'state:failed state:ready',
  'status=""',
  'status=BLS_FAILED',
  'level>30',
  'tag:vi',
  'used>4d',
  'used:never',
  'used<1d',
  'until>3h',
  'owner:bob',
  'label=rabat',
  'zzz',
  '"step  3"',
  '/^abat/',
  'age="40"',
  'ios>3',
  'missing:x',
  'constructor:x',
  '__proto__.a!=x __proto__:x',
  'tag:vip (level:1 or level:2)',
])('does not find it by: %s', (text) => {
  expect(holds(text)).toBe(false);
});

test('an account that was never used counts as used longest ago', () => {
  const fresh = { ...account, usedAt: 0 };
  const test = (text: string): boolean => compileFilter(parseFilter(text, { now: NOW }))(fresh);
  expect(test('used>2d')).toBe(true);
  expect(test('used:never')).toBe(true);
});

const faultOf = (text: string, fields?: { plain: string[]; secret: string[] }): MusterError => {
  try {
    parseFilter(text, { now: NOW, ...(fields && { fields }) });
  } catch (error) {
    if (error instanceof MusterError) return error;
    throw error;
  }
  throw new Error(`"${text}" was let through`);
};

test.each([
  ['level>=many', 1, '"many" is not a number'],
  ['tag:vip state:faild', 9, '"faild" is none of ready, busy'],
  ['state:', 1, 'the value is missing'],
  ['state: failed', 1, 'the value is missing'],
  ['state>ready', 1, 'cannot be compared with >'],
  ['tag<a', 1, 'cannot be compared with <'],
  ['tag:/a/', 1, 'an expression does not go with this'],
  ['level>/a/', 1, 'an expression does not go with this'],
  ['state:ready,,failed', 1, 'a list has an empty part'],
  ['used:2d', 1, 'a time is compared with < or >'],
  ['used>soon', 1, '"soon" is neither a span'],
  ['used>2026-13-40', 1, 'neither a span'],
  ['tag:vip "open', 9, 'This quoted text is never closed'],
  ['/open', 1, 'This expression is never closed'],
  ['//', 1, 'The expression is empty'],
  ['/a/i', 4, 'After an expression there must be a space'],
  ['/(/', 1, 'is refused'],
  ['tag:vip /(a+)+$/', 9, 'repeats a group'],
  ['(tag:vip', 1, 'never closed'],
  ['tag:vip)', 8, 'nothing open before it'],
  ['()', 2, 'Something to look for is missing'],
  ['or', 1, 'Something to look for is missing'],
  ['tag:vip or', 11, 'Something to look for is missing'],
  ['>=30', 1, "a field's name is missing"],
  ['!', 2, 'missing'],
  ['(!)', 3, 'missing'],
  ['! or a', 3, 'missing'],
])('points at the fault in %s', (text, column, message) => {
  const error = faultOf(text);
  expect(error.code).toBe('BAD_FILTER');
  expect(error.details).toEqual({ column });
  expect(error.message).toContain(`Filter, column ${column}: `);
  expect(error.message).toContain(message);
});

test('an expression looks at the first 200 characters of a text, so that it ends soon', () => {
  const found = (label: string): boolean => compileFilter(parseFilter('/end$/', { now: NOW }))({ ...account, label });
  expect(found(`${'x'.repeat(197)}end`)).toBe(true);
  expect(found(`${'x'.repeat(198)}end`)).toBe(false);
});

test('a filter has bounds', () => {
  expect(faultOf('('.repeat(40)).message).toContain('column 33: It is nested more than 32 deep');
  expect(faultOf('!'.repeat(40)).message).toContain('nested more than 32 deep');
  expect(faultOf('a '.repeat(201)).message).toContain('column 401: A filter has at most 200 terms');
  expect(faultOf('a'.repeat(4_001)).message).toContain('at most 4000 characters');
});

test('names are held against the plugin’s fields where they are known', () => {
  const fields = { plain: ['email', 'city'], secret: ['password'] };
  const options = { now: NOW, fields };
  expect(parseFilter('email=a', options)).toEqual({ op: 'eq', field: 'data.email', value: 'a' });
  expect(parseFilter('city.name=a', options)).toEqual({ op: 'eq', field: 'data.city.name', value: 'a' });
  expect(faultOf('emial:a', fields).message).toContain('Did you mean "email"?');
  expect(faultOf('http://a.example', fields).message).toContain('quote it');
  expect(parseFilter('"http://a.example"', options)).toMatchObject({ op: 'any' });
  for (const text of ['password:a', 'data.password:a', 'password=""', 'password.x>a', '!(password:/a/)'])
    expect(faultOf(text, fields).message).toContain('"password" is secret');
});

const PIECES =
  'state tag used level x : = != >= < ! ( ) / " \' \\ , or and 2d 30 failed .* (a|b) [ ] {2,} + ? __proto__ . never 😀 \ud800 \u0000'.split(
    ' ',
  );

const isAnsweredOrExplained = (text: string): boolean => {
  try {
    return typeof holds(text) === 'boolean';
  } catch (error) {
    return error instanceof MusterError && error.code === 'BAD_FILTER' && typeof error.details?.['column'] === 'number';
  }
};

test('whatever is written, it is a filter that can be evaluated, or a fault that is explained', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(fc.constantFrom(' ', ...PIECES), { maxLength: 16 }).map((parts) => parts.join('')),
  );
  fc.assert(fc.property(texts, isAnsweredOrExplained), { numRuns: 5_000 });
});

test('any text is found by itself when quoted', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 30 }), (text) => {
      const quoted = `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
      const filter = parseFilter(`label=${quoted} label:${quoted} ${quoted}`, { now: NOW });
      expect(compileFilter(filter)({ ...account, label: text })).toBe(true);
    }),
  );
});
