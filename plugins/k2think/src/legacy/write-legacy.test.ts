import type { ExportAccount } from '@muster/sdk';
import { describe, expect, test } from 'vitest';
import { accountsOf, HEX, KEY, MILA, read } from '../testing/legacy-file.ts';
import { openPassword } from './ciphertext.ts';
import { writeCsv } from './write-csv.ts';
import { writeLegacy } from './write-legacy.ts';

describe('written again', () => {
  const exported: ExportAccount[] = [
    {
      label: 'mila@example.test',
      status: 'rate-limited',
      data: { ...MILA, legacyId: 'acc_007' },
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
    expect(value.accounts.map(({ password }) => openPassword(password, KEY))).toEqual(['pass:1 ü"', 'IFM-1']);
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
    expect(entries.map(({ data }) => data)).toEqual([MILA, { kind: 'api-key', name: 'office', apiKey: 'IFM-1' }]);
    expect(entries[0]?.facts).toEqual({ tags: ['eu'], priority: 4 });
  });
});
