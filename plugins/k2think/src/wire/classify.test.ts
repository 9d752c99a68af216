import { expect, test } from 'vitest';
import { classify } from './classify.ts';
import { readSaid } from './detail.ts';

const kind = (status: number, body: unknown): string =>
  classify(status, readSaid(typeof body === 'string' ? body : JSON.stringify(body))).kind;

test.each([
  [429, { error: { message: 'Rate limit reached' } }, 'rate-limited'],
  [429, '', 'rate-limited'],
  [403, { detail: 'API rate limit exceeded' }, 'rate-limited'],
  [403, { detail: 'Not authenticated' }, 'blocked'],
  [403, { detail: 'Use of API key is not enabled in the environment.' }, 'blocked'],
  [401, { detail: '401 Unauthorized' }, 'unauthorized'],
  [
    401,
    { detail: 'You do not have permission to access this resource. Please contact your administrator for assistance.' },
    'blocked',
  ],
  [500, 'oops', 'service'],
  [503, '<html>down</html>', 'service'],
  [529, {}, 'service'],
  [408, {}, 'service'],
  [302, '', 'service'],
  [400, { detail: 'Model not found' }, 'request'],
  [404, {}, 'request'],
  [413, {}, 'request'],
  [422, { detail: [] }, 'request'],
])('%i %j is a fault of: %s', (status, body, expected) => {
  expect(kind(status, body)).toBe(expected);
});

test.each([
  [
    'an OpenAI error',
    { error: { message: 'No.', type: 't', code: 'c', param: 'p' } },
    { message: 'No.', type: 't', code: 'c', param: 'p' },
  ],
  ['a text of FastAPI', { detail: 'Model not found' }, { message: 'Model not found' }],
  [
    'what FastAPI says is not valid',
    {
      detail: [
        { loc: ['body', 'messages', 0], msg: 'Field required' },
        { loc: ['body'], msg: 'bad' },
      ],
    },
    { message: 'messages.0: Field required; bad', code: 'validation_error' },
  ],
  ['an object within detail', { detail: { message: 'Nested.' } }, { message: 'Nested.' }],
  ['a message alone', { message: 'Plain.' }, { message: 'Plain.' }],
  ['an error as a text', { error: 'Text.' }, { message: 'Text.' }],
  ['nothing', {}, { message: 'The service gave no reason.' }],
  ['null', null, { message: 'The service gave no reason.' }],
])('reads %s', (_, body, said) => {
  expect(readSaid(JSON.stringify(body))).toEqual(said);
});

test('a code that is a text of its own is cut: it is counted and listed', () => {
  const { code, type } = readSaid(
    JSON.stringify({ error: { message: 'No.', code: 'c'.repeat(60_000), type: 't'.repeat(60_000) } }),
  );
  expect([code?.length, type?.length]).toEqual([100, 100]);
});

test('a page of HTML is not handed on, a plain text is, cut to a length', () => {
  expect(readSaid('<html>bad gateway</html>').message).toBe('The service gave no reason.');
  expect(readSaid(' no healthy upstream ').message).toBe('no healthy upstream');
  expect(readSaid('x'.repeat(5_000)).message).toHaveLength(1_000);
});
