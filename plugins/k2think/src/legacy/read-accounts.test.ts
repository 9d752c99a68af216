import { describe, expect, test } from 'vitest';
import { accountsOf, CONSENT, read, reasonsOf } from '../testing/legacy-file.ts';

describe('a table', () => {
  test.each([
    ['commas', 'email,password\na@x.test,"p,1"\n', { kind: 'sign-in', name: 'a@x.test', password: 'p,1' }],
    [
      'semicolons and CR LF',
      'E-Mail;Password;Tags\r\na@x.test;p;eu|lab\r\n',
      { kind: 'sign-in', name: 'a@x.test', password: 'p' },
    ],
    ['tabs, and a byte order mark', '\uFEFFname\tapi_key\nlab\tIFM-9\n', { kind: 'api-key', name: 'lab', apiKey: 'IFM-9' }],
    [
      'a password with quotes and spaces',
      'email,password\na@x.test," ""p"" "\n',
      { kind: 'sign-in', name: 'a@x.test', password: ' "p" ' },
    ],
    ['a limit of its own', 'name,key,rate_limit\nlab,IFM-9,3\n', { kind: 'api-key', name: 'lab', apiKey: 'IFM-9', rateLimit: 3 }],
  ])('%s', async (_, text, data) => {
    const [account] = accountsOf(await read(text));
    expect(account?.data).toEqual({ ...data, ...(data.kind === 'sign-in' && { consent: CONSENT }) });
    expect(account?.line).toBe(2);
  });

  test.each([
    ['a row with too much', 'name,key\na,IFM-1,x\n', /3 values.*2 columns/],
    ['a quote that is not closed', 'name,key\n"a,IFM-1\n', /quote is not closed/],
    ['a priority of words', 'name,key,priority\na,IFM-1,high\n', /priority: a whole number/],
    ['a password without an email', 'email,password\n,p\n', /neither a name nor an email/],
  ])('%s is refused', async (_, text, reason) => {
    expect(reasonsOf(await read(text))).toEqual([expect.stringMatching(reason)]);
  });

  test('a key without a name is called as it is in a file of keys alone', async () => {
    const [row] = accountsOf(await read('name,key\n,IFM-aaaaaaaa\n'));
    const [line] = accountsOf(await read('IFM-aaaaaaaa\n'));
    expect(row?.data).toEqual(line?.data);
  });

  test('columns that are not known are told of', async () => {
    const entries = await read('name,key,shoe size\na,IFM-1,44\n');
    expect(entries.filter(({ kind }) => kind === 'warning')).toMatchObject([
      { reason: expect.stringContaining('shoe size') as string },
    ]);
    expect(accountsOf(entries)).toHaveLength(1);
  });
});

describe('API keys, one a line', () => {
  test('with names and without', async () => {
    const entries = accountsOf(await read('# ours\nIFM-aaaaaaaa\n\nlab: IFM-bbbbbbbb\noffice IFM-cccccccc\r\n'));
    expect(entries.map(({ line, data }) => [line, data['name'], data['apiKey']])).toEqual([
      [2, expect.stringMatching(/^key-[0-9a-f]{10}$/), 'IFM-aaaaaaaa'],
      [4, 'lab', 'IFM-bbbbbbbb'],
      [5, 'office', 'IFM-cccccccc'],
    ]);
  });

  test('what is no key is refused on its line', async () => {
    expect(reasonsOf(await read('short\nthis is a sentence of many words\n'))).toHaveLength(2);
  });
});

test.each([
  ['nothing', '', 0],
  ['white space', ' \n\n', 0],
  ['bytes that are no text', Buffer.from([1, 0, 2, 0]), 1],
])('%s is no file of accounts, and harms nothing', async (_, text, refused) => {
  const entries = await read(text);
  expect(accountsOf(entries)).toEqual([]);
  expect(reasonsOf(entries)).toHaveLength(refused);
});
