import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addSchemaFlags, kebab, parseAssignments, type ObjectSchema, environmentFields } from './schema-flags.ts';

const SCHEMA: ObjectSchema = {
  required: ['count'],
  properties: {
    count: { type: 'integer', minimum: 1, maximum: 10_000, description: 'How many' },
    minLevel: { anyOf: [{ type: 'integer', minimum: 0 }, { type: 'null' }], description: 'From level' },
    format: { type: 'string', enum: ['monocle', 'rocketmap'], default: 'monocle' },
    accountcsv: { type: 'string', path: 'write' },
    check: { type: 'boolean', default: true, description: 'Check first' },
    dryRun: { type: 'boolean', default: false },
    labels: { type: 'array', items: { type: 'string' } },
    extra: { type: 'object' },
    where: { type: 'string' },
    password: { type: 'string', secret: true },
  },
};

function parse(...words: string[]): Record<string, unknown> {
  const command = new Command('run').exitOverride().configureOutput({ writeErr: () => undefined });
  const values = addSchemaFlags(command, SCHEMA, { reserved: new Set(['where']), cwd: '/home/op' });
  command.parse(words, { from: 'user' });
  return values(command);
}

test('flags are the fields in kebab-case, and only what was given is sent', () => {
  expect(parse('--count', '400')).toEqual({ count: 400 });
  expect(parse('--count=400', '--min-level', '30', '--format', 'rocketmap')).toEqual({
    count: 400,
    minLevel: 30,
    format: 'rocketmap',
  });
  expect(kebab('minLevel_max')).toBe('min-level-max');
});

test('paths count from the working directory of the caller', () => {
  expect(parse('--count', '1', '--accountcsv', 'out/accounts.csv')['accountcsv']).toBe('/home/op/out/accounts.csv');
  expect(parse('--count', '1', '--accountcsv', '/tmp/a.csv')['accountcsv']).toBe('/tmp/a.csv');
});

test('booleans are switched, lists are repeated, objects are JSON', () => {
  expect(parse('--count', '1', '--no-check', '--dry-run', '--labels', 'a', '--labels', 'b', '--extra', '{"x":1}')).toEqual({
    count: 1,
    check: false,
    dryRun: true,
    labels: ['a', 'b'],
    extra: { x: 1 },
  });
});

test('a field whose name the command itself uses gets a prefix', () => {
  expect(parse('--count', '1', '--input-where', 'x')).toEqual({ count: 1, where: 'x' });
});

test('a secret has no flag', () => {
  expect(() => parse('--count', '1', '--password', 'x')).toThrow(/unknown option '--password'/);
});

test.each([
  [['--count', 'many'], /It takes a whole number/],
  [['--count', '1.5'], /It takes a whole number/],
  [['--count', ''], /It takes a whole number/],
  [['--count', '0'], /It is at least 1/],
  [['--count', '10001'], /It is at most 10000/],
  [['--count', '1', '--format', 'xml'], /Allowed choices are monocle, rocketmap/],
  [['--count', '1', '--extra', '{'], /It takes JSON/],
  [['--cuont', '1'], /unknown option '--cuont'[\s\S]*--count/],
  [[], /Needed and not given: --count <n>/],
])('%j is refused', (words, expected) => {
  expect(() => parse(...words)).toThrow(expected);
});

test('assignments are read by the schema, null where a field may be null', () => {
  expect(parseAssignments(['count=3', 'minLevel=null', 'format=a=b'], SCHEMA, { cwd: '/' })).toEqual({
    count: 3,
    minLevel: null,
    format: 'a=b',
  });
});

test.each([
  ['count', /not of the form field=value/],
  ['=3', /not of the form/],
  ['cuont=3', /no field "cuont"; there are: count, minLevel/],
  ['__proto__=3', /no field "__proto__"/],
  ['count=x', /count=x: It takes a whole number/],
  ['password=hunter2', /is secret/],
])('the assignment %j is refused', (word, expected) => {
  expect(() => parseAssignments([word], SCHEMA, { cwd: '/' })).toThrow(expected);
});

test('secrets come from the variables that they name, and nothing else does', () => {
  const schema = {
    properties: {
      key: { type: 'string', secret: true, env: 'THE_KEY' },
      other: { type: 'string', secret: true },
      plain: { type: 'string', env: 'PLAIN' },
      empty: { type: 'string', secret: true, env: 'EMPTY' },
    },
  };
  expect(environmentFields(schema, { THE_KEY: 'abc', PLAIN: 'x', EMPTY: '' })).toEqual({ key: 'abc' });
});
