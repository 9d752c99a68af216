import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@muster/api';
import type { Ledger } from './ledger.ts';

const MONTH_MS = 30 * 86_400_000;
const LINES = 400;
const TAKEN_AT_ONCE = 7;

export interface Callers {
  readonly client: Client;
  readonly ledger: Ledger;
  /** Where allocations are written. */
  readonly folder: string;
  /** Grows with every call, over all hosts. */
  next(): number;
  random(): number;
  readonly signal: AbortSignal;
}

const CALLS = { import: importSome, allocate: allocateSome, edit: editSome };
export type Call = keyof typeof CALLS;
export const EVERY_CALL: readonly Call[] = ['import', 'allocate', 'allocate', 'edit'];

/** Makes these calls, again and again, all at once, until the host is gone or the signal ends it. */
export async function callUntilGone(callers: Callers, calls: readonly Call[]): Promise<void> {
  const forever = async (call: (callers: Callers) => Promise<void>): Promise<void> => {
    try {
      while (!callers.signal.aborted) await call(callers);
    } catch {
      // The host was killed under the call: what it did is looked at when the next one is there.
    }
  };
  await Promise.all(calls.map((call) => forever(CALLS[call])));
}

function importSome(callers: Callers): Promise<void> {
  return importMany(callers, LINES);
}

/** One file of so many new accounts. */
export async function importMany({ client, ledger, next, signal }: Callers, lines: number): Promise<void> {
  const number = next();
  const names = Array.from({ length: lines }, (_, index) => `trainer${number}x${index}`);
  for (const name of names) ledger.offered.add(name);
  const bytes = Buffer.from(names.map((name) => `ptc,${name},Pw-${name}\n`).join(''));
  const upload = (async function* () {
    yield bytes;
  })();
  const answer = client.stream(
    'importAccounts',
    { params: { plugin: 'pokepool' }, query: { name: `${number}.csv`, options: '{"level":30}' } },
    { upload, signal },
  );
  for await (const line of answer) {
    if (line.kind !== 'counts') continue;
    // Batches are in the order of the file, and told of when they are on disk.
    for (const name of names.slice(0, line.read)) ledger.imported.add(name);
  }
}

async function allocateSome({ client, ledger, folder, next, signal }: Callers): Promise<void> {
  const number = next();
  const file = join(folder, `${number}.csv`);
  const allocation = { owner: `caller-${number}`, job: undefined as string | undefined };
  ledger.allocations.set(file, allocation);
  const input = { count: TAKEN_AT_ONCE, accountcsv: file, owner: allocation.owner, leaseMs: MONTH_MS };
  const job = await client.call('runAction', { params: { plugin: 'pokepool', action: 'allocate' }, body: { input } }, signal);
  allocation.job = job.id;
  while ((await client.call('getJob', { params: { id: job.id } }, signal)).state === 'running') await sleep(5);
}

async function editSome({ client, ledger, next, random, signal }: Callers): Promise<void> {
  const { total } = await client.call('listAccounts', { query: { limit: 1 } }, signal);
  if (total === 0) {
    await sleep(5);
    return;
  }
  const offset = Math.floor(random() * total);
  const { accounts } = await client.call('listAccounts', { query: { limit: 1, offset } }, signal);
  const [account] = accounts;
  if (account === undefined) return;
  const tag = `tag-${next()}`;
  const entry = ledger.tags.get(account.id) ?? { acknowledged: undefined, sent: [] };
  ledger.tags.set(account.id, entry);
  entry.sent.push(tag);
  await client.call('editAccount', { params: { id: account.id }, body: { tags: [tag] } }, signal);
  entry.acknowledged = tag;
}
