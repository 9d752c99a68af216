import type { ImportEntry } from '@muster/sdk';
import { sealPassword } from '../legacy/ciphertext.ts';
import { readAccounts } from '../legacy/read-accounts.ts';
import { ImportOptions } from '../schemas.ts';

/** The key of the older files of the tests. */
export const HEX = '0f'.repeat(32);
export const KEY = Buffer.from(HEX, 'hex');
export const CONSENT = 'Ada, 2026-11-21';

/** What an import makes of a file, whatever kind of file it is. */
export async function read(
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
export const accountsOf = (entries: readonly ImportEntry[]): Extract<ImportEntry, { kind: 'account' }>[] =>
  entries.flatMap((entry) => (entry.kind === 'account' ? [entry] : []));
export const reasonsOf = (entries: readonly ImportEntry[]): string[] =>
  entries.flatMap((entry) => (entry.kind === 'rejected' ? [entry.reason] : []));

/** What the settings of an older file say. */
export const SETTINGS = {
  rotationStrategy: 'least-used',
  rateLimitPerAccount: 7,
  rateLimitWindowMs: 60_000,
  cooldownMs: 20_000,
  maxRetries: 2,
  autoValidateOnAdd: false,
  encryptionKey: 'env:ACCOUNT_ENCRYPTION_KEY',
};

/** What its account is here. */
export const MILA = {
  kind: 'sign-in',
  name: 'mila@example.test',
  password: 'pass:1 ü"',
  consent: CONSENT,
  title: 'Mila',
} as const;

/** An older accounts file with these accounts. */
export const legacyFile = (accounts: readonly object[], settings: object = {}): string =>
  JSON.stringify(
    {
      version: '1.0',
      createdAt: '2026-02-01T00:00:00.000Z',
      updatedAt: '2026-02-19T00:00:00.000Z',
      accounts,
      settings: { ...SETTINGS, ...settings },
    },
    undefined,
    2,
  );

/** One of its accounts. */
export const legacyAccount = (change: object = {}): object => ({
  id: 'acc_001',
  email: MILA.name,
  password: sealPassword(MILA.password, KEY),
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
