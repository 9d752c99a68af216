import { MusterError, toMusterError, type ImportEntry, type ImportFacts } from '@muster/sdk';
import { Config, STATUSES, type ImportOptions } from '../schemas.ts';
import { LEGACY_SETTINGS, LegacyAccount, LegacyFile } from './accounts-file.ts';
import { findKey, openPassword } from './ciphertext.ts';

/** The line on which each account begins, as far as the text tells. */
function linesOf(text: string): () => number {
  let at = text.indexOf('"accounts"');
  let line = text.slice(0, Math.max(0, at)).split('\n').length;
  return () => {
    const next = text.indexOf('"email"', at + 1);
    if (next === -1) return line;
    line += text.slice(at, next).split('\n').length - 1;
    at = next;
    return line;
  };
}

/** Their settings, each by itself: one that does not fit is told of and the others stand. */
function* readSettings(settings: Readonly<Record<string, unknown>>): Generator<ImportEntry> {
  const taken: Record<string, unknown> = {};
  for (const name of LEGACY_SETTINGS) {
    if (settings[name] === undefined || settings[name] === null) continue;
    const parsed = Config.shape[name].safeParse(settings[name]);
    if (parsed.success) taken[name] = parsed.data;
    else yield { kind: 'warning', reason: `setting ${name}: ${parsed.error.issues[0]?.message ?? 'not valid'}` };
  }
  const { encryptionKey } = settings;
  if (typeof encryptionKey === 'string' && /^env:[A-Za-z_][A-Za-z0-9_]*$/.test(encryptionKey))
    taken['encryptionKey'] = encryptionKey;
  if (Object.keys(taken).length > 0) yield { kind: 'settings', settings: taken };
}

function factsOf({ status, createdAt, lastUsed, stats, rateLimit, priority, metadata }: LegacyAccount): ImportFacts {
  const usedAt = lastUsed ?? stats?.lastRequestAt;
  return {
    ...(status !== undefined && status in STATUSES && { status }),
    ...(status !== undefined && status !== 'active' && { why: `so in the accounts file: ${status}` }),
    ...(rateLimit?.blockedUntil !== undefined && { restUntil: rateLimit.blockedUntil }),
    ...(priority !== null && priority !== undefined && { priority }),
    ...(metadata?.tags && { tags: metadata.tags }),
    ...(createdAt !== undefined && { createdAt }),
    ...(usedAt !== undefined && { usedAt }),
    ...(stats && { uses: stats.totalRequests }),
  };
}

const NO_CONSENT =
  'a sign-in needs your word that the service\'s terms allow it: load the file with consent "<your name>, <date>" (--consent)';

/** An older accounts file; also the bare list of its accounts. */
export async function* readLegacy(text: string, options: ImportOptions, signal: AbortSignal): AsyncGenerator<ImportEntry> {
  let value: unknown;
  try {
    value = JSON.parse(text.trimStart().replace(/^\uFEFF/, ''));
  } catch (thrown) {
    yield { kind: 'rejected', line: 1, reason: `this is no whole JSON: ${(thrown as Error).message}` };
    return;
  }
  const file = LegacyFile.safeParse(Array.isArray(value) ? { accounts: value } : value);
  if (!file.success) {
    yield { kind: 'rejected', line: 1, reason: 'this JSON is no accounts file: it has no list "accounts"' };
    return;
  }
  const { accounts, settings, version } = file.data;
  if (version !== undefined && !/^1(?:\.|$)/.test(String(version)))
    yield { kind: 'warning', reason: `version ${String(version)} is not known; it is read as 1.0` };

  const reference = typeof settings?.['encryptionKey'] === 'string' ? settings['encryptionKey'] : undefined;
  // A file may name a variable, but no other file: who wrote it may not be who reads it.
  const named = reference?.startsWith('env:') === true ? reference : undefined;
  let key: Buffer | undefined;
  let noKey: string | undefined;
  try {
    key = await findKey({ given: options.encryptionKey, file: options.keyFile, reference: named });
  } catch (thrown) {
    if (!(thrown instanceof MusterError)) throw thrown;
    noKey = thrown.message;
  }
  let good = 0;
  const lineOfNext = linesOf(text);
  for (const each of accounts) {
    signal.throwIfAborted();
    const line = lineOfNext();
    const account = LegacyAccount.safeParse(each);
    if (!account.success) {
      const [issue] = account.error.issues;
      yield { kind: 'rejected', line, reason: `${issue?.path.join('.')}: ${issue?.message}` };
      continue;
    }
    const { email, password, encryptionMethod = 'aes-256-gcm', kind = 'sign-in', id, metadata, stats } = account.data;
    if (password === '') {
      yield { kind: 'rejected', line, reason: `${email}: it was exported without its password` };
      continue;
    }
    if (encryptionMethod !== 'aes-256-gcm') {
      yield { kind: 'rejected', line, reason: `${email}: encryption "${encryptionMethod}" is not known` };
      continue;
    }
    const consent = options.consent ?? account.data.consent;
    if (kind === 'sign-in' && (consent ?? '') === '') {
      yield { kind: 'rejected', line, reason: `${email}: ${NO_CONSENT}` };
      continue;
    }
    if (!key) {
      yield { kind: 'rejected', line, reason: `${email}: ${noKey}` };
      continue;
    }
    let opened: string;
    try {
      opened = openPassword(password, key);
    } catch (thrown) {
      yield { kind: 'rejected', line, reason: `${email}: ${toMusterError(thrown).message}` };
      continue;
    }
    const facts = factsOf(account.data);
    good += 1;
    yield {
      kind: 'account',
      line,
      data: {
        kind,
        name: email,
        ...(kind === 'api-key' ? { apiKey: opened } : { password: opened, consent }),
        ...(metadata?.name && metadata.name !== email && { title: metadata.name }),
        ...(id !== undefined && { legacyId: id }),
        ...(stats && { failedRequests: stats.failedRequests, rateLimitHits: stats.rateLimitHits }),
      },
      facts,
    };
  }
  // Of a file that could not be read nothing is taken.
  if (settings && (good > 0 || accounts.length === 0)) yield* readSettings(settings);
}
