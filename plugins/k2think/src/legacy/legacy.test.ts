import { createCipheriv, randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportAccount, ImportEntry } from '@muster/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImportOptions } from '../schemas.ts';
import { openPassword, sealPassword } from './ciphertext.ts';
import { readAccounts } from './read-accounts.ts';
import { writeCsv } from './write-csv.ts';
import { writeLegacy } from './write-legacy.ts';

const HEX = '0f'.repeat(32);
const key = Buffer.from(HEX, 'hex');
const CONSENT = 'Ada, 2026-11-21';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'muster-k2-'))));
afterAll(() => rm(folder, { recursive: true }));

async function read(
  text: string | Uint8Array,
  options: Record<string, unknown> = { encryptionKey: HEX, consent: CONSENT },
): Promise<ImportEntry[]> {
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    const all = Buffer.from(text);
    for (let at = 0; at < all.length; at += 100) yield all.subarray(at, at + 100);
  };
  const entries: ImportEntry[] = [];
  const file = { name: 'accounts', bytes: bytes() };
  for await (const entry of readAccounts(file, ImportOptions.parse(options), new AbortController().signal)) entries.push(entry);
  return entries;
}
const accountsOf = (entries: readonly ImportEntry[]): Extract<ImportEntry, { kind: 'account' }>[] =>
  entries.flatMap((entry) => (entry.kind === 'account' ? [entry] : []));
const reasonsOf = (entries: readonly ImportEntry[]): string[] =>
  entries.flatMap((entry) => (entry.kind === 'rejected' ? [entry.reason] : []));

const seal = (text: string, spell: (parts: Buffer[]) => string): string => {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return spell([iv, sealed, cipher.getAuthTag()]);
};
const WRITTEN = (parts: Buffer[]): string => parts.map((part) => part.toString('base64')).join(':');
const SPELLINGS: readonly (readonly [string, (parts: Buffer[]) => string])[] = [
  ['as its program wrote it', WRITTEN],
  ['as its manual says, in base64', (parts) => Buffer.from(WRITTEN(parts)).toString('base64')],
  ['as its manual says, in hex', (parts) => Buffer.from(parts.map((part) => part.toString('hex')).join(':')).toString('base64')],
  ['joined', (parts) => Buffer.concat(parts).toString('base64')],
];

const legacy = (accounts: readonly object[], settings: object = {}): string =>
  JSON.stringify(
    {
      version: '1.0',
      createdAt: '2026-02-01T00:00:00.000Z',
      updatedAt: '2026-02-19T00:00:00.000Z',
      accounts,
      settings: {
        rotationStrategy: 'least-used',
        rateLimitPerAccount: 7,
        rateLimitWindowMs: 60_000,
        cooldownMs: 20_000,
        maxRetries: 2,
        autoValidateOnAdd: false,
        encryptionKey: 'env:ACCOUNT_ENCRYPTION_KEY',
        ...settings,
      },
    },
    undefined,
    2,
  );
const one = (change: object = {}): object => ({
  id: 'acc_001',
  email: 'mila@example.test',
  password: sealPassword('pass:1 ü"', key),
  encryptionMethod: 'aes-256-gcm',
  status: 'active',
  createdAt: '2026-02-01T00:00:00.000Z',
  lastUsed: '2026-02-19T10:00:00.000Z',
  stats: {
    totalRequests: 12,
    successfulRequests: 10,
    failedRequests: 2,
    rateLimitHits: 1,
    lastRequestAt: '2026-02-19T10:00:00.000Z',
  },
  rateLimit: { requestsThisMinute: 3, windowStart: '2026-02-19T10:00:00.000Z', blockedUntil: null },
  priority: 4,
  metadata: { name: 'Mila', tags: ['eu', 'lab'] },
  ...change,
});

describe('a password of the older file', () => {
  test.each(SPELLINGS)('opens: %s', (_, spell) => {
    for (const text of ['pass:1 ü"', 'x', '', 'aaaaaaaaaaaaaaaa']) expect(openPassword(seal(text, spell), key)).toBe(text);
  });

  test.each(SPELLINGS)('that was changed, or sealed with another key, is refused: %s', (_, spell) => {
    const sealed = seal('secret', ([iv = Buffer.alloc(0), text = Buffer.alloc(0), tag = Buffer.alloc(0)]) =>
      spell([iv, Buffer.from(text.map((byte, at) => (at === 0 ? byte ^ 1 : byte))), tag]),
    );
    expect(() => openPassword(sealed, key)).toThrow(/does not open with this key/);
    expect(() => openPassword(seal('secret', spell), Buffer.alloc(32))).toThrow(/does not open with this key/);
  });

  test.each(['', 'hunter2', '::', 'a:b:c', 'QUJD', '{"a":1}'])('%j is none', (text) => {
    expect(() => openPassword(text, key)).toThrow(/iv:ciphertext:authTag|does not open/);
  });

  test('is written so that it opens', () => {
    expect(openPassword(sealPassword('pässword', key), key)).toBe('pässword');
    expect(sealPassword('a', key)).not.toBe(sealPassword('a', key));
  });
});

describe('an older accounts file', () => {
  test('comes with everything that it knows, and its settings', async () => {
    const entries = await read(legacy([one()]));
    expect(accountsOf(entries)).toEqual([
      {
        kind: 'account',
        line: 8,
        data: {
          kind: 'sign-in',
          name: 'mila@example.test',
          password: 'pass:1 ü"',
          consent: CONSENT,
          title: 'Mila',
          legacyId: 'acc_001',
          failedRequests: 2,
          rateLimitHits: 1,
        },
        facts: {
          status: 'active',
          tags: ['eu', 'lab'],
          priority: 4,
          uses: 12,
          createdAt: Date.UTC(2026, 1, 1),
          usedAt: Date.UTC(2026, 1, 19, 10),
        },
      },
    ]);
    expect(entries.find(({ kind }) => kind === 'settings')).toEqual({
      kind: 'settings',
      settings: {
        rotationStrategy: 'least-used',
        rateLimitPerAccount: 7,
        rateLimitWindowMs: 60_000,
        cooldownMs: 20_000,
        maxRetries: 2,
        autoValidateOnAdd: false,
        encryptionKey: 'env:ACCOUNT_ENCRYPTION_KEY',
      },
    });
  });

  test.each(['inactive', 'blocked', 'invalid'])('%s stays so, with a word why', async (status) => {
    const [account] = accountsOf(await read(legacy([one({ status })])));
    expect(account?.facts).toMatchObject({ status, why: `so in the accounts file: ${status}` });
  });

  test('a rest that runs goes on', async () => {
    const rateLimit = { requestsThisMinute: 10, windowStart: null, blockedUntil: '2026-12-01T00:00:00.000Z' };
    const [account] = accountsOf(await read(legacy([one({ status: 'rate-limited', rateLimit })])));
    expect(account?.facts).toMatchObject({ status: 'rate-limited', restUntil: Date.UTC(2026, 11, 1) });
  });

  test.each([
    ['a password that does not open', { password: sealPassword('x', Buffer.alloc(32)) }, /mila.*does not open/],
    ['a password that is none', { password: 'plain' }, /mila.*iv:ciphertext/],
    ['no password', { password: '' }, /exported without its password/],
    ['another encryption', { encryptionMethod: 'rot13' }, /"rot13" is not known/],
    ['no email', { email: undefined }, /email/],
    ['what is no account', null, /Invalid|expected/],
  ])('%s is refused on its line, the others come', async (_, change, reason) => {
    const bad = change === null ? 7 : one(change);
    const entries = await read(legacy([bad as object, one({ email: 'otto@example.test' })]));
    expect(reasonsOf(entries)).toEqual([expect.stringMatching(reason)]);
    expect(accountsOf(entries).map(({ data }) => data['name'])).toEqual(['otto@example.test']);
    expect(JSON.stringify(reasonsOf(entries))).not.toContain('pass:1');
  });

  test('settings that do not fit are told of, and the others stand', async () => {
    const entries = await read(legacy([], { rateLimitPerAccount: 'many', cooldownMs: -1, encryptionKey: 'file:/etc/passwd' }));
    expect(entries.filter(({ kind }) => kind === 'warning')).toHaveLength(2);
    const settings = entries.flatMap((entry) => (entry.kind === 'settings' ? [entry.settings] : []))[0];
    expect(settings).toMatchObject({ maxRetries: 2 });
    expect(Object.keys(settings ?? {})).not.toContain('encryptionKey');
  });

  test.each([
    ['cut off', '{"accounts": [', /no whole JSON/],
    ['something else', '{"people": []}', /no list "accounts"/],
    ['of another kind', '{"accounts": 7}', /no list "accounts"/],
  ])('%s says so', async (_, text, reason) => {
    expect(reasonsOf(await read(text))).toEqual([expect.stringMatching(reason)]);
  });

  test('a bare list of accounts is read too', async () => {
    expect(accountsOf(await read(JSON.stringify([one()])))).toHaveLength(1);
  });

  test('without the word of the operator no sign-in and none of the settings is taken, and it says how to give it', async () => {
    const entries = await read(legacy([one()], { rateLimitPerAccount: 3 }), { encryptionKey: HEX });
    expect(reasonsOf(entries)).toEqual([expect.stringMatching(/needs your word.*--consent/)]);
    expect(entries.map(({ kind }) => kind)).toEqual(['file', 'rejected']);
  });
});

describe('the key', () => {
  const withKey = async (options: Record<string, unknown>): Promise<string[]> => {
    const entries = await read(legacy([one()], { encryptionKey: 'env:K2_TEST_KEY' }), { consent: CONSENT, ...options });
    return [...reasonsOf(entries), ...accountsOf(entries).map(({ data }) => String(data['password']))];
  };
  const file = async (text: string, mode: number): Promise<string> => {
    const path = join(folder, `key-${mode}-${text.length}`);
    await writeFile(path, text);
    await chmod(path, mode);
    return path;
  };

  test('comes from the variable that the file names', async () => {
    process.env['K2_TEST_KEY'] = HEX;
    expect(await withKey({})).toEqual(['pass:1 ü"']);
    delete process.env['K2_TEST_KEY'];
    expect(await withKey({})).toEqual([expect.stringMatching(/set K2_TEST_KEY where you run muster/)]);
  });

  test('or a file that only its owner can read', async () => {
    expect(await withKey({ keyFile: await file(`${HEX}\n`, 0o600) })).toEqual(['pass:1 ü"']);
    expect(await withKey({ keyFile: await file(HEX, 0o640) })).toEqual([expect.stringMatching(/chmod 600/)]);
    expect(await withKey({ keyFile: await file('short', 0o600) })).toEqual([expect.stringMatching(/32 bytes in hex/)]);
    expect(await withKey({ keyFile: join(folder, 'none') })).toEqual([expect.stringMatching(/ENOENT/)]);
  });
});

describe('written again', () => {
  const exported: ExportAccount[] = [
    {
      label: 'mila@example.test',
      status: 'rate-limited',
      data: {
        kind: 'sign-in',
        name: 'mila@example.test',
        password: 'pass:1 ü"',
        consent: CONSENT,
        title: 'Mila',
        legacyId: 'acc_007',
      },
      facts: {
        id: 'x1',
        state: 'cooling',
        tags: ['eu'],
        priority: 4,
        createdAt: Date.UTC(2026, 1, 1),
        updatedAt: 0,
        usedAt: Date.UTC(2026, 1, 19),
        uses: 12,
        dueAt: Date.UTC(2026, 11, 1),
      },
    },
    { label: 'office', status: null, data: { kind: 'api-key', name: 'office', apiKey: 'IFM-1' } },
  ];
  const all = async function* (): AsyncGenerator<ExportAccount> {
    yield* exported;
  };
  const text = async (pieces: AsyncIterable<string>): Promise<string> => {
    let whole = '';
    for await (const piece of pieces) whole += piece;
    return whole;
  };
  const context = { config: { encryptionKey: 'env:K2_TEST_KEY', cooldownMs: 20_000 }, now: () => Date.UTC(2026, 10, 21) };

  test('it has exactly the shape that its programs read', async () => {
    process.env['K2_TEST_KEY'] = HEX;
    const value = JSON.parse(await text(writeLegacy(all(), { ...context, withSecrets: true }))) as {
      accounts: { password: string }[];
    };
    delete process.env['K2_TEST_KEY'];
    expect(Object.keys(value)).toEqual(['version', 'createdAt', 'updatedAt', 'accounts', 'settings']);
    expect(value).toMatchObject({
      version: '1.0',
      accounts: [
        {
          id: 'acc_007',
          email: 'mila@example.test',
          encryptionMethod: 'aes-256-gcm',
          status: 'rate-limited',
          createdAt: '2026-02-01T00:00:00.000Z',
          lastUsed: '2026-02-19T00:00:00.000Z',
          stats: { totalRequests: 12, failedRequests: 0, lastRequestAt: '2026-02-19T00:00:00.000Z' },
          rateLimit: { requestsThisMinute: 0, blockedUntil: '2026-12-01T00:00:00.000Z' },
          priority: 4,
          metadata: { name: 'Mila', tags: ['eu'] },
        },
        { id: 'acc_002', email: 'office', status: 'active', kind: 'api-key' },
      ],
      settings: { rotationStrategy: 'round-robin', cooldownMs: 20_000, encryptionKey: 'env:ACCOUNT_ENCRYPTION_KEY' },
    });
    expect(value.accounts.map(({ password }) => openPassword(password, key))).toEqual(['pass:1 ü"', 'IFM-1']);
  });

  test('what its requests met since is counted to what the older program had counted', async () => {
    const counted = async function* (): AsyncGenerator<ExportAccount> {
      for (const one of exported) yield { ...one, data: { ...one.data, failedRequests: 2, rateLimitHits: 1 } };
    };
    const failures = (id: string) => (id === 'x1' ? { failed: 3, limited: 2 } : undefined);
    const value = JSON.parse(await text(writeLegacy(counted(), { ...context, withSecrets: false, failures }))) as object;
    expect(value).toMatchObject({
      accounts: [
        { stats: { totalRequests: 12, successfulRequests: 7, failedRequests: 5, rateLimitHits: 3 } },
        { stats: { failedRequests: 2, rateLimitHits: 1 } },
      ],
    });
  });

  test('without secrets the passwords are empty, and no key is needed', async () => {
    const whole = await text(writeLegacy(all(), { ...context, withSecrets: false }));
    expect((JSON.parse(whole) as { accounts: { password: string }[] }).accounts.map(({ password }) => password)).toEqual([
      '',
      '',
    ]);
    expect(whole).not.toContain('IFM-1');
  });

  test('with secrets and no key it writes nothing', async () => {
    await expect(text(writeLegacy(all(), { ...context, withSecrets: true }))).rejects.toMatchObject({ code: 'VAULT_NO_KEY' });
  });

  test('of no accounts is a whole file', async () => {
    const none = async function* (): AsyncGenerator<ExportAccount> {};
    expect(JSON.parse(await text(writeLegacy(none(), { ...context, withSecrets: false })))).toMatchObject({ accounts: [] });
  });

  test('a table is read back the same, quotes and all', async () => {
    const entries = accountsOf(await read(await text(writeCsv(all()))));
    expect(entries.map(({ data }) => data)).toEqual([
      { kind: 'sign-in', name: 'mila@example.test', password: 'pass:1 ü"', consent: CONSENT, title: 'Mila' },
      { kind: 'api-key', name: 'office', apiKey: 'IFM-1' },
    ]);
    expect(entries[0]?.facts).toEqual({ tags: ['eu'], priority: 4 });
  });
});

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
