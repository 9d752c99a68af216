import { expect, test } from 'vitest';
import { ERROR_CODES, exitCodeOf, httpStatusOf } from './error-codes.ts';
import { MusterError, toMusterError } from './errors.ts';

test('every code has an HTTP status and an exit code of the command line', () => {
  for (const [code, facts] of Object.entries(ERROR_CODES)) {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(facts.http).toBeGreaterThanOrEqual(400);
    expect([1, 2, 3, 4, 5, 130]).toContain(facts.exit);
    expect(facts.meaning).toMatch(/\.$/);
  }
});

test('a plugin’s own code counts as a failure', () => {
  expect(httpStatusOf('EMAIL_TAKEN')).toBe(500);
  expect(exitCodeOf('constructor')).toBe(1);
});

test('what was thrown becomes a MusterError with its cause kept', () => {
  const known = new MusterError('CONFLICT', 'x');
  expect(toMusterError(known)).toBe(known);
  const cause = new TypeError('broken');
  expect(toMusterError(cause)).toMatchObject({ code: 'INTERNAL', message: 'broken', cause, remedy: 'fail' });
  expect(toMusterError(new DOMException('stop', 'AbortError'))).toMatchObject({ code: 'ABORTED' });
  expect(toMusterError('text')).toMatchObject({ code: 'INTERNAL', message: 'text' });
});
