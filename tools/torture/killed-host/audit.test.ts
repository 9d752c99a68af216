import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@muster/api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { audit } from './audit.ts';
import { createLedger, type Ledger } from './ledger.ts';

interface Row {
  readonly id: string;
  readonly label: string;
  readonly holder: string | null;
  readonly tags: readonly string[];
}

let folder: string;
let file: string;
let ledger: Ledger;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-audit-'));
  file = join(folder, '1.csv');
  ledger = createLedger();
  for (const name of ['ann', 'bob']) {
    ledger.offered.add(name);
    ledger.imported.add(name);
  }
  ledger.allocations.set(file, { owner: 'caller-1', job: 'job-1' });
  ledger.tags.set('b', { acknowledged: 'tag-2', sent: ['tag-1', 'tag-2', 'tag-3'] });
  await writeFile(file, 'username,password,provider,model,iOS,id\nann,Pw,ptc,,,\n');
  await writeFile(`${file}.leases.json`, JSON.stringify({ leases: [{ username: 'ann' }] }));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ann: Row = { id: 'a', label: 'ann', holder: 'owner/caller-1', tags: [] };
const bob: Row = { id: 'b', label: 'bob', holder: null, tags: ['tag-3'] };

/** A host that holds these accounts, and whose one job is in this state. */
const faultsOf = async (accounts: readonly Row[], state = 'done'): Promise<string[]> => {
  const answers: Record<string, unknown> = {
    getStatus: { jobs: {} },
    listAccounts: { total: accounts.length, accounts },
    getJob: { state },
  };
  const client = { call: async (operation: string) => answers[operation] } as unknown as Client;
  return (await audit(client, ledger)).faults;
};

test('finds nothing wrong where all is as it was told', async () => {
  expect(await faultsOf([ann, bob])).toEqual([]);
});

test('finds leases that are not those of their file', async () => {
  await rm(`${file}.leases.json`);
  expect(await faultsOf([ann, bob])).toEqual([expect.stringMatching(/other accounts than the leases beside it/)]);
});

test.each<[string, readonly Row[], RegExp]>([
  ['a lost account', [ann], /1 acknowledged accounts are gone, as bob/],
  ['an account that is there twice', [ann, bob, { ...bob, id: 'c' }], /1 accounts are there twice/],
  ['an account from nowhere', [ann, bob, { ...bob, id: 'c', label: 'eve' }], /in no file, as eve/],
  ['a lost edit', [ann, { ...bob, tags: ['tag-1'] }], /bob has tag-1, acknowledged was tag-2/],
  ['an account that a dead task holds', [ann, { ...bob, holder: 'task/1' }], /held by tasks that ended/],
  ['an account in a file that nobody holds', [{ ...ann, holder: null }, bob], /ann is in the file of caller-1, and held by null/],
  ['an account handed out and in no file', [ann, { ...bob, holder: 'owner/caller-1' }], /handed out and in no file, as bob/],
])('finds %s', async (_, accounts, fault) => {
  expect(await faultsOf(accounts)).toEqual([expect.stringMatching(fault)]);
});

test('finds one account in two files, and a job that came to nothing', async () => {
  const second = join(folder, '2.csv');
  ledger.allocations.set(second, { owner: 'caller-2', job: undefined });
  await writeFile(second, 'username,password,provider,model,iOS,id\nann,Pw,ptc,,,\n');
  expect(await faultsOf([ann, bob])).toContainEqual(expect.stringMatching(/ann is in .*1\.csv and in .*2\.csv/));
  expect(await faultsOf([ann, bob], 'cancelled')).toContainEqual('job job-1 was acknowledged and is cancelled');
});
