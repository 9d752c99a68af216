import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account, Client } from '@muster/api';
import type { Ledger } from './ledger.ts';

export interface Audit {
  /** Sentences; empty when nothing is wrong. */
  readonly faults: string[];
  readonly accounts: number;
  readonly handedOut: number;
}

/** Waits until the host has finished what killed ones left, and compares what it holds with what callers were told. */
export async function audit(client: Client, ledger: Ledger): Promise<Audit> {
  await quiet(client);
  const accounts = await allAccounts(client);
  const faults = [...rosterFaults(accounts, ledger), ...tagFaults(accounts, ledger), ...(await jobFaults(client, ledger))];
  const handedOut = await checkFiles(accounts, ledger, faults);
  return { faults, accounts: accounts.length, handedOut };
}

async function quiet(client: Client): Promise<void> {
  for (;;) {
    const { jobs } = await client.call('getStatus');
    if ((jobs['running'] ?? 0) === 0 && (jobs['preparing'] ?? 0) === 0) return;
    await sleep(20);
  }
}

async function allAccounts(client: Client): Promise<Account[]> {
  const accounts: Account[] = [];
  for (;;) {
    const page = await client.call('listAccounts', { query: { limit: 1_000, offset: accounts.length, sort: 'label' } });
    accounts.push(...page.accounts);
    if (page.accounts.length === 0 || accounts.length >= page.total) return accounts;
  }
}

function rosterFaults(accounts: readonly Account[], { offered, imported }: Ledger): string[] {
  const names = new Set(accounts.map(({ label }) => label));
  const faults: string[] = [];
  if (names.size !== accounts.length) faults.push(`${accounts.length - names.size} accounts are there twice`);
  const lost = [...imported].filter((name) => !names.has(name));
  if (lost.length > 0) faults.push(`${lost.length} acknowledged accounts are gone, as ${lost[0]}`);
  const foreign = accounts.filter(({ label }) => !offered.has(label));
  if (foreign.length > 0) faults.push(`${foreign.length} accounts were in no file, as ${foreign[0]?.label}`);
  const held = accounts.filter(({ holder }) => holder?.startsWith('task/'));
  if (held.length > 0) faults.push(`${held.length} accounts are held by tasks that ended, as ${held[0]?.label}`);
  return faults;
}

function tagFaults(accounts: readonly Account[], { tags }: Ledger): string[] {
  return accounts.flatMap(({ id, label, tags: [tag] }) => {
    const told = tags.get(id);
    if (told?.acknowledged === undefined) return [];
    // What was sent after it may have been done without an answer.
    const possible = told.sent.slice(told.sent.indexOf(told.acknowledged));
    return possible.includes(tag ?? '') ? [] : [`${label} has ${tag}, acknowledged was ${told.acknowledged}`];
  });
}

/** Fewer than the ended jobs that a host remembers (1,000): older ones are gone by its policy, not by a kill. */
const REMEMBERED = 900;

async function jobFaults(client: Client, { allocations }: Ledger): Promise<string[]> {
  const faults: string[] = [];
  const jobs = [...allocations.values()].flatMap(({ job }) => (job === undefined ? [] : [job]));
  for (const job of jobs.slice(-REMEMBERED)) {
    const state = await client.call('getJob', { params: { id: job } }).then(
      (found) => found.state,
      (error: unknown) => String(error),
    );
    if (state !== 'done') faults.push(`job ${job} was acknowledged and is ${state}`);
  }
  return faults;
}

/** Each file holds just the accounts that its owner has, and nobody is in two files. */
async function checkFiles(accounts: readonly Account[], { allocations }: Ledger, faults: string[]): Promise<number> {
  const holders = new Map(accounts.map(({ label, holder }) => [label, holder]));
  const fileOf = new Map<string, string>();
  for (const [file, { owner }] of allocations) {
    const names = await namesIn(file);
    const leased = await namesLeased(file);
    if (names.join() !== leased.join()) faults.push(`${file} has other accounts than the leases beside it`);
    for (const name of names) {
      if (fileOf.has(name)) faults.push(`${name} is in ${fileOf.get(name)} and in ${file}`);
      fileOf.set(name, file);
      const holder = holders.get(name);
      if (holder !== `owner/${owner}`) faults.push(`${name} is in the file of ${owner}, and held by ${holder}`);
    }
  }
  const handedOut = accounts.filter(({ holder }) => holder?.startsWith('owner/'));
  const unwritten = handedOut.filter(({ label }) => !fileOf.has(label));
  if (unwritten.length > 0) faults.push(`${unwritten.length} accounts are handed out and in no file, as ${unwritten[0]?.label}`);
  return handedOut.length;
}

async function namesIn(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => (line === '' ? [] : [line.split(',')[0] ?? '']));
}

/** Of the leases beside the file. */
async function namesLeased(file: string): Promise<string[]> {
  try {
    const { leases } = JSON.parse(await readFile(`${file}.leases.json`, 'utf8')) as { leases: { username: string }[] };
    return leases.map(({ username }) => username);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
