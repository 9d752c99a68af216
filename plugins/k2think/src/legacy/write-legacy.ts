import { MusterError, type ExportAccount, type ExportContext } from '@muster/sdk';
import { Config, STATUSES, type Status } from '../schemas.ts';
import { LEGACY_SETTINGS } from './accounts-file.ts';
import { findKey, sealPassword } from './ciphertext.ts';

const iso = (at: number | undefined): string | null => (at === undefined || at === 0 ? null : new Date(at).toISOString());

const countOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** The older file's word for an account; its own programs know only these. */
function statusOf({ status, facts }: ExportAccount): Status {
  if (facts?.state === 'paused' || facts?.state === 'retired') return 'inactive';
  if (status !== null && status in STATUSES) return status as Status;
  if (facts?.state === 'cooling') return 'rate-limited';
  return facts?.state === 'failed' ? 'invalid' : 'active';
}

/** The older program's accounts file, byte by byte what it reads; passwords sealed with its key, or left empty. */
export async function* writeLegacy(accounts: AsyncIterable<ExportAccount>, context?: ExportContext): AsyncGenerator<string> {
  const config = Config.parse(context?.config ?? {});
  const now = new Date(context?.now() ?? Date.now()).toISOString();
  const key =
    (context?.withSecrets ?? true)
      ? await findKey({ reference: config.encryptionKey, where: 'in the environment of the host' })
      : undefined;
  const settings = Object.fromEntries(LEGACY_SETTINGS.map((name) => [name, config[name]]));
  yield `{\n  "version": "1.0",\n  "createdAt": "${now}",\n  "updatedAt": "${now}",\n  "accounts": [`;
  let count = 0;
  for await (const account of accounts) {
    const { data, facts } = account;
    count++;
    const secret = data['kind'] === 'sign-in' ? data['password'] : data['apiKey'];
    if (key && typeof secret !== 'string')
      throw new MusterError('BAD_INPUT', `${account.label} has no secret that could be written.`);
    const met = facts && context?.failures?.(facts.id);
    const failed = countOf(data['failedRequests']) + (met?.failed ?? 0);
    const written = {
      id: typeof data['legacyId'] === 'string' ? data['legacyId'] : `acc_${String(count).padStart(3, '0')}`,
      email: data['name'],
      password: key && typeof secret === 'string' ? sealPassword(secret, key) : '',
      encryptionMethod: 'aes-256-gcm',
      status: statusOf(account),
      createdAt: iso(facts?.createdAt) ?? now,
      lastUsed: iso(facts?.usedAt),
      stats: {
        totalRequests: facts?.uses ?? 0,
        successfulRequests: Math.max(0, (facts?.uses ?? 0) - failed),
        failedRequests: failed,
        rateLimitHits: countOf(data['rateLimitHits']) + (met?.limited ?? 0),
        lastRequestAt: iso(facts?.usedAt),
      },
      rateLimit: { requestsThisMinute: 0, windowStart: now, blockedUntil: iso(facts?.dueAt ?? undefined) },
      priority: facts?.priority ?? 1,
      metadata: { name: data['title'] ?? data['name'], tags: facts?.tags ?? [] },
      kind: data['kind'],
      ...(data['consent'] !== undefined && { consent: data['consent'] }),
    };
    const json = JSON.stringify(written, undefined, 2).replaceAll('\n', '\n    ');
    yield `${count === 1 ? '' : ','}\n    ${json}`;
  }
  const tail = JSON.stringify({ ...settings, encryptionKey: 'env:ACCOUNT_ENCRYPTION_KEY' }, undefined, 2).replaceAll(
    '\n',
    '\n  ',
  );
  yield `${count === 0 ? '' : '\n  '}],\n  "settings": ${tail}\n}\n`;
}
