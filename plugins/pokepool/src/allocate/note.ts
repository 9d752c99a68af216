import { createHash } from 'node:crypto';
import type { LeasedAccount } from '@muster/sdk';
import { z } from 'zod';
import { FORMATS, type Account } from '../schemas.ts';
import { Lease } from './leases.ts';

/** What an allocation comes to. Shortage is a figure here, not an error, as long as anything was got. */
export const Outcome = z.object({
  got: z.int(),
  wanted: z.int(),
  file: z.string(),
  format: z.enum(FORMATS),
  owner: z.string(),
  /** When they come back by themselves (ms since the epoch); null: they are free again already, at the end of the circle. */
  leasedUntil: z.int().nullable(),
  checked: z.int(),
  /** How many were put to rest on the way, by verdict. */
  rested: z.record(z.string(), z.int()),
  /** How many were passed over: without a password, with one that the format cannot hold, or of another level than was thought. */
  passedOver: z.int(),
});
export type Outcome = z.output<typeof Outcome>;

/**
 * Saved before the file is put in place (`writing`) and before what was done is taken back (`undoing`). The leases are
 * named by a digest, so that the note stays small for any number of accounts.
 */
export const Note = z.object({
  phase: z.enum(['writing', 'undoing']),
  sha256: z.string(),
  leasesSha256: z.string(),
  leases: z.string(),
  outcome: Outcome,
  /** With a swap: the account that the new one takes the place of. */
  instead: Lease.nullable(),
  /** And the new one. */
  came: z.string().nullable().default(null),
});
export type Note = z.output<typeof Note>;

/** The same for the same accounts under the same fences, in any order. */
export function digestOf(accounts: readonly LeasedAccount<Account>[]): string {
  const hash = createHash('sha256');
  for (const name of accounts.map(({ id, fence }) => `${id}/${fence}\n`).toSorted()) hash.update(name);
  return hash.digest('hex');
}
