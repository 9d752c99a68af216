import { readFile } from 'node:fs/promises';
import { MusterError, safeText, type LeasedAccount } from '@muster/sdk';
import { z } from 'zod';
import type { Account } from '../schemas.ts';

export const Lease = z.object({ provider: z.string(), username: z.string(), fence: z.int() });
/** One account of a file, with the number of the lease under which it was handed out. */
export type Lease = z.output<typeof Lease>;

/** What stands beside a file of accounts: neither format has room for it. */
export const Leases = z.object({
  version: z.literal(1),
  /** Of the file that it belongs to. */
  sha256: z.string(),
  owner: z.string(),
  /** When they come back by themselves (ms since the epoch); null: they were free again at once. */
  leasedUntil: z.int().nullable(),
  leases: z.array(Lease),
});
export type Leases = z.output<typeof Leases>;

export const leasesPath = (accountcsv: string): string => `${accountcsv}.leases.json`;

export const leaseOf = ({ data: { provider, username }, fence }: LeasedAccount<Account>): Lease => ({
  provider,
  username,
  fence,
});

/** Line by line, so that people can look into it. */
export function* leasesText({ leases, ...head }: Leases): Generator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"leases":[\n`;
  for (const [at, lease] of leases.entries()) yield `${JSON.stringify(lease)}${at === leases.length - 1 ? '' : ','}\n`;
  yield ']}\n';
}

/** What stands beside a file; undefined when nothing does. BAD_INPUT when it is something else. */
export async function readLeases(accountcsv: string): Promise<Leases | undefined> {
  const path = leasesPath(accountcsv);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new MusterError('BAD_INPUT', `accountcsv: ${safeText(path, 400)} cannot be read: ${(thrown as Error).message}.`, {
      cause: thrown,
    });
  }
  try {
    return Leases.parse(JSON.parse(text));
  } catch (thrown) {
    const what = `accountcsv: ${safeText(path, 400)} is not what an allocation writes beside its file.`;
    throw new MusterError('BAD_INPUT', `${what} Move it away, and name the owner instead.`, { cause: thrown });
  }
}
