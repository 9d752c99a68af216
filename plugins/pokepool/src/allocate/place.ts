import { findTarget, replaceTarget, settleTarget, undoTarget, type Target } from './target.ts';
import { leasesPath } from './leases.ts';

/** Where a hand-out goes: the file of accounts, and the file of their leases beside it. */
export interface Place {
  readonly csv: Target;
  readonly leases: Target;
}

/** Checksums of the two files as they were written. */
export interface Written {
  readonly sha256: string;
  readonly leasesSha256: string;
}

/** BAD_INPUT says why nothing can be put there, before anything is taken. */
export async function findPlace(accountcsv: string, taskId: string): Promise<Place> {
  const csv = await findTarget(accountcsv, taskId);
  return { csv, leases: await findTarget(leasesPath(csv.path), taskId) };
}

/** The accounts last: once they are there, so are their leases. */
export async function replacePlace({ csv, leases }: Place): Promise<void> {
  await replaceTarget(leases);
  await replaceTarget(csv);
}

export async function settlePlace({ csv, leases }: Place): Promise<void> {
  await settleTarget(leases);
  await settleTarget(csv);
}

/** Both as they were before. */
export async function undoPlace({ csv, leases }: Place, written: Written | undefined): Promise<void> {
  await undoTarget(csv, written?.sha256);
  await undoTarget(leases, written?.leasesSha256);
}
