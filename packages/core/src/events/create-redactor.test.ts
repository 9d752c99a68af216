import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor, MASK } from './create-redactor.ts';

const CANARY = 'CANARY-p@ss "wörd"/1';

test('a known secret is masked wherever it stands, in texts, lists, objects and names', () => {
  const redactor = createRedactor();
  redactor.add(CANARY);
  const redacted = redactor.redact({ message: `tried ${CANARY}, then ${CANARY}!`, list: [CANARY, 5, null, true], [CANARY]: 'x' });
  expect(redacted).toEqual({ message: `tried ${MASK}, then ${MASK}!`, list: [MASK, 5, null, true], [MASK]: 'x' });
});

test.each([
  ['in JSON', JSON.stringify({ a: CANARY })],
  ['in a query', `?p=${encodeURIComponent(CANARY)}`],
  ['in a form', new URLSearchParams({ p: CANARY }).toString().replaceAll('%21', '!')],
  ['in base64', Buffer.from(CANARY).toString('base64')],
  ['in base64url', Buffer.from(CANARY).toString('base64url')],
])('a known secret is masked %s', (_, text) => {
  const redactor = createRedactor();
  redactor.add(CANARY);
  const redacted = redactor.redact(text);
  expect(redacted).toContain(MASK);
  expect(redacted).not.toContain('CANARY');
});

test('the longer of two secrets wins where one begins with the other', () => {
  const redactor = createRedactor();
  redactor.add('hunter');
  redactor.add('hunter22');
  expect(redactor.redact('hunter22 hunter hunte')).toBe(`${MASK} ${MASK} hunte`);
});

test('a secret of three characters is masked only as a whole value, or every text would be unreadable', () => {
  const redactor = createRedactor();
  redactor.add('123');
  redactor.add('');
  expect(redactor.redact({ a: '123', b: 'step 123', c: 123 })).toEqual({ a: MASK, b: 'step 123', c: MASK });
});

test('values under telling names and credentials in addresses and headers are masked without being known', () => {
  const redactor = createRedactor();
  expect(
    redactor.redact({ password: 'a', api_key: 'b', accessToken: 'c', Cookie: ['d'], field: 'password', token: null }),
  ).toEqual({
    password: MASK,
    api_key: MASK,
    accessToken: MASK,
    Cookie: MASK,
    field: 'password',
    token: null,
  });
  expect(redactor.redact('via http://bob:hunter2@10.0.0.1:80/x')).toBe(`via http://bob:${MASK}@10.0.0.1:80/x`);
  expect(redactor.redact('Authorization: Bearer abcdefgh.ijkl')).toBe(`Authorization: Bearer ${MASK}`);
  expect(redactor.redact('git at https://tok-1234@example.com/x')).toBe(`git at https://${MASK}@example.com/x`);
  expect(redactor.redact('"https://example.com/x?a=1&api_key=k-1&Token=t#end"')).toBe(
    `"https://example.com/x?a=1&api_key=${MASK}&Token=${MASK}#end"`,
  );
  for (const plain of ['see http://example.com:80/a@b', 'http://example.com/?monkey=1&page=2', 'me@example.com?'])
    expect(redactor.redact(plain)).toBe(plain);
});

test('an error is masked in its message, stack and cause', () => {
  const redactor = createRedactor();
  redactor.add('hunter2!');
  const error = Object.assign(new Error('no hunter2!', { cause: new Error('hunter2!') }), { code: 'X' });
  const text = JSON.stringify(redactor.redact(error));
  expect(text).toContain(`no ${MASK}`);
  expect(text).toContain('"code":"X"');
  expect(text).not.toContain('hunter2');
});

test('what loops ends, and what is no data stays', () => {
  const loop: Record<string, unknown> = { date: undefined };
  loop['self'] = loop;
  expect(JSON.stringify(createRedactor().redact(loop))).toContain('…');
  const bytes = new Uint8Array(3);
  expect(createRedactor().redact({ bytes })).toEqual({ bytes });
});

test('beyond the capacity the oldest is forgotten, and one added again counts as new', () => {
  const redactor = createRedactor({ capacity: 2 });
  for (const secret of ['first-1', 'second-2', 'first-1', 'third-3']) redactor.add(secret);
  expect(redactor.redact('first-1 second-2 third-3')).toBe(`${MASK} second-2 ${MASK}`);
});

test('what is secret for now is forgotten when it is let go, but not what is a secret for good', () => {
  const redactor = createRedactor();
  redactor.add('hunter2');
  const letGo = ['123456', 'hunter2', '654321'].map((code) => redactor.addForNow(code));
  redactor.add('654321');
  expect(redactor.redact('123456 hunter2 654321')).toBe(`${MASK} ${MASK} ${MASK}`);
  for (const one of letGo) one();
  expect(redactor.redact('123456 hunter2 654321')).toBe(`123456 ${MASK} ${MASK}`);
});

test('no text ever carries a known secret out', () => {
  const secret = fc.string({ unit: 'binary', minLength: 4, maxLength: 12 }).filter((text) => !MASK.includes(text));
  fc.assert(
    fc.property(fc.array(secret, { minLength: 1, maxLength: 5 }), fc.array(fc.string({ maxLength: 8 })), (secrets, parts) => {
      const redactor = createRedactor();
      secrets.forEach((one) => redactor.add(one));
      const text = parts.flatMap((part, at) => [part, secrets[at % secrets.length] as string]).join(' ');
      // A mask may stand between what is left, so the whole secret never does; only the mask itself could spell one.
      const left = redactor.redact(text).split(MASK);
      return left.every((piece) => secrets.every((one) => !piece.includes(one)));
    }),
  );
});
