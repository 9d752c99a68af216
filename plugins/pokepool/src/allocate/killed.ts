import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Json, PoolAccess } from '@muster/sdk';
import { createTestContext, createTestPool, type TestAccount } from '@muster/sdk/testing';
import pokepool from '../index.ts';
import { AllocateInput } from '../schemas.ts';
import { allocate } from './allocate.ts';
import type { PoolContext } from './context.ts';

/** What stands on disk while the program under test is killed: the pool, and the last checkpoint of its task. */
export interface Disk {
  readonly accounts: readonly TestAccount[];
  readonly checkpoint: Json | null;
}

/**
 * A program of its own for tests: one run of an allocation over a pool that is kept in a file. It kills itself at step
 * `killAt`, a step being the moment before or after each call that lasts. Arguments: state file, accounts.csv, count, killAt.
 */
const [stateFile = '', accountcsv = '', count = '', killAt = '0'] = process.argv.slice(2);
const disk = JSON.parse(readFileSync(stateFile, 'utf8')) as Disk;
let { accounts, checkpoint } = disk;
let steps = 0;

const write = (): void => {
  writeFileSync(`${stateFile}.new`, JSON.stringify({ accounts, checkpoint }));
  renameSync(`${stateFile}.new`, stateFile);
};
const step = (): void => {
  if (++steps === Number(killAt)) process.kill(process.pid, 'SIGKILL');
};
const bracket =
  <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
  async (...args: A): Promise<R> => {
    step();
    const result = await call(...args);
    step();
    return result;
  };

const now = Date.UTC(2026, 0, 1);
const pool = createTestPool(pokepool, [], {
  now: () => now,
  state: accounts,
  changed: (after) => {
    accounts = after;
    write();
  },
});
const { context } = createTestContext(pokepool, {
  pool,
  now,
  input: AllocateInput.parse({ accountcsv, count: Number(count) }),
  ...(checkpoint !== null && { checkpoint }),
});
const lasting: PoolAccess<Readonly<Record<string, unknown>>> = {
  ...context.pool,
  lease: bracket(context.pool.lease),
  handOut: bracket(context.pool.handOut),
  giveBack: bracket(context.pool.giveBack),
};
const save = bracket(async (note: Json) => {
  checkpoint = note;
  write();
});
const output = await allocate({
  ...context,
  pool: lasting,
  checkpoint: { last: context.checkpoint.last, save },
} as unknown as PoolContext<AllocateInput>);
process.stdout.write(JSON.stringify({ output, steps }));
