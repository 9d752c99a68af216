import { expect, test } from 'vitest';
import { formFields, parseForm } from './form-schema.ts';

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 2, description: 'who' },
    count: { type: 'integer', minimum: 1, maximum: 5, default: 2 },
    ratio: { anyOf: [{ type: 'number' }, { type: 'null' }] },
    mode: { type: 'string', enum: ['quick', 'deep'] },
    force: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' } },
    password: { type: 'string', secret: true },
    extra: { type: 'object' },
  },
  required: ['name', 'count'],
};
const typed = (change: Record<string, string>): Record<string, string> =>
  Object.assign({ name: 'ann', count: '2', ratio: '', mode: '', force: 'false', tags: '', password: '', extra: '' }, change);

test('a field knows its type, whether it is needed, and what it starts with', () => {
  const fields = formFields(schema);
  expect(fields.map(({ type }) => type)).toEqual(['text', 'integer', 'number', 'choice', 'boolean', 'list', 'text', 'json']);
  expect(fields.filter(({ required }) => required).map(({ name }) => name)).toEqual(['name']);
  expect(fields.filter(({ secret }) => secret).map(({ name }) => name)).toEqual(['password']);
  expect(fields[1]?.initial).toBe('2');
});

test('what was typed becomes values of the right types; empty fields are left out', () => {
  const { values, errors } = parseForm(
    formFields(schema),
    typed({ ratio: '0.5', tags: 'a, b,', force: 'true', extra: '{"x":1}' }),
  );
  expect(errors).toEqual({});
  expect(values).toEqual({ name: 'ann', count: 2, ratio: 0.5, force: true, tags: ['a', 'b'], extra: { x: 1 } });
});

test.each([
  ['name', '', 'needed'],
  ['name', 'a', 'at least 2'],
  ['count', '1.5', 'whole number'],
  ['count', '9', 'at most 5'],
  ['count', 'x', 'not a number'],
  ['mode', 'slow', 'one of quick, deep'],
  ['extra', '{', 'not valid JSON'],
])('a bad %s (%s) is told at its field', (field, text, message) => {
  const { errors } = parseForm(formFields(schema), typed({ [field]: text }));
  expect(Object.keys(errors)).toEqual([field]);
  expect(errors[field]).toContain(message);
});

test('a schema that is none makes no fields', () => {
  for (const bad of [null, undefined, 'x', [], {}, { properties: 4 }]) expect(formFields(bad)).toEqual([]);
});
