import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createRandom } from '../adapters/random.ts';
import { checkPassphrase, readKeyText } from './key-text.ts';

const codeOf = (text: string): string => {
  try {
    readKeyText(text, 'a test');
    return 'let through';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test('a random key is read in hex, base64 and base64url, with space around it', () => {
  const bytes = Buffer.from(createRandom().bytes(32));
  for (const text of [
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    bytes.toString('base64'),
    bytes.toString('base64url'),
  ])
    expect(readKeyText(` ${text}\r\n`, 'a test').export()).toEqual(bytes);
});

test('random keys are never taken for weak ones', () => {
  const random = createRandom();
  for (let draw = 0; draw < 2_000; draw += 1) expect(codeOf(Buffer.from(random.bytes(32)).toString('hex'))).toBe('let through');
});

test.each(['', 'default', 'default-encryption-key-change-me!!', 'ab', 'x'.repeat(64), 'a'.repeat(63), `${'A'.repeat(42)}B=`])(
  '"%s" is not the text of a key',
  (text) => {
    expect(codeOf(text)).toBe('VAULT_KEY_FORMAT');
  },
);

test.each([
  ['zeros', '0'.repeat(64)],
  ['a repeated word', 'deadbeef'.repeat(8)],
  ['the hex digits', '0123456789abcdef'.repeat(4)],
  ['one letter', Buffer.alloc(32, 65).toString('base64')],
  ['readable text', Buffer.from('my-default-secret-key-32-bytes!!').toString('base64')],
  ['counting', Buffer.from(Array.from({ length: 32 }, (_, at) => at)).toString('hex')],
  ['counting in steps', Buffer.from(Array.from({ length: 32 }, (_, at) => (at * 7 + 3) & 0xff)).toString('hex')],
  ['two equal halves', createHash('md5').update('x').digest('hex').repeat(2)],
  ['the hash of nothing', createHash('sha256').digest('hex')],
  ['the hash of "password"', createHash('sha256').update('password').digest('base64')],
])('%s is too weak a key', (_, text) => {
  expect(codeOf(text)).toBe('VAULT_WEAK_KEY');
});

test('the refusal does not show the key', () => {
  const text = 'deadbeef'.repeat(8);
  expect(() => readKeyText(text, 'a test')).toThrow(/^(?!.*deadbeef)/s);
});

test.each(['', 'short', '123456789', 'aaaaaaaaaaaa', 'abcabcabcabc', 'password1234', 'Change-Me!!1'])(
  '"%s" is too weak a passphrase',
  (text) => {
    expect(() => checkPassphrase(text)).toThrow(expect.objectContaining({ code: 'VAULT_WEAK_KEY' }));
  },
);

test.each(['correct horse battery', 'пароль длинный', '密码是一个很长的句子吧', 'my password is a poem'])(
  '"%s" will do',
  (text) => {
    expect(() => checkPassphrase(text)).not.toThrow();
  },
);
