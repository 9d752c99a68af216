import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountsOf, CONSENT, HEX, legacyAccount, legacyFile, MILA, read, reasonsOf, SETTINGS } from '../testing/legacy-file.ts';
import { sealPassword } from './ciphertext.ts';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'muster-k2-'))));
afterAll(() => rm(folder, { recursive: true }));

describe('an older accounts file', () => {
  test('comes with everything that it knows, and its settings', async () => {
    const entries = await read(legacyFile([legacyAccount()]));
    expect(accountsOf(entries)).toEqual([
      {
        kind: 'account',
        line: 8,
        data: { ...MILA, legacyId: 'acc_001', failedRequests: 2, rateLimitHits: 1 },
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
    expect(entries.find(({ kind }) => kind === 'settings')).toEqual({ kind: 'settings', settings: SETTINGS });
  });

  test.each(['inactive', 'blocked', 'invalid'])('%s stays so, with a word why', async (status) => {
    const [account] = accountsOf(await read(legacyFile([legacyAccount({ status })])));
    expect(account?.facts).toMatchObject({ status, why: `so in the accounts file: ${status}` });
  });

  test('a rest that runs goes on', async () => {
    const rateLimit = { requestsThisMinute: 10, windowStart: null, blockedUntil: '2026-12-01T00:00:00.000Z' };
    const [account] = accountsOf(await read(legacyFile([legacyAccount({ status: 'rate-limited', rateLimit })])));
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
    const bad = change === null ? 7 : legacyAccount(change);
    const entries = await read(legacyFile([bad as object, legacyAccount({ email: 'otto@example.test' })]));
    expect(reasonsOf(entries)).toEqual([expect.stringMatching(reason)]);
    expect(accountsOf(entries).map(({ data }) => data['name'])).toEqual(['otto@example.test']);
    expect(JSON.stringify(reasonsOf(entries))).not.toContain('pass:1');
  });

  test('settings that do not fit are told of, and the others stand', async () => {
    const entries = await read(
      legacyFile([], { rateLimitPerAccount: 'many', cooldownMs: -1, encryptionKey: 'file:/etc/passwd' }),
    );
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
    expect(accountsOf(await read(JSON.stringify([legacyAccount()])))).toHaveLength(1);
  });

  test('without the word of the operator no sign-in and none of the settings is taken, and it says how to give it', async () => {
    const entries = await read(legacyFile([legacyAccount()], { rateLimitPerAccount: 3 }), { encryptionKey: HEX });
    expect(reasonsOf(entries)).toEqual([expect.stringMatching(/needs your word.*--consent/)]);
    expect(entries.map(({ kind }) => kind)).toEqual(['file', 'rejected']);
  });
});

describe('the key', () => {
  const withKey = async (options: Record<string, unknown>): Promise<string[]> => {
    const entries = await read(legacyFile([legacyAccount()], { encryptionKey: 'env:K2_TEST_KEY' }), {
      consent: CONSENT,
      ...options,
    });
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
