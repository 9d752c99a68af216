import { MusterError } from '@muster/sdk';

export interface Damage {
  readonly directory: string;
  /** File name, and what is wrong where in it. */
  readonly file: string;
  readonly reason: string;
  /** What could still be read, in words. */
  readonly salvage: string;
}

/** A store that cannot be trusted whole is not opened at all: what to do is for the operator to choose. */
export const storeCorrupt = ({ directory, file, reason, salvage }: Damage): MusterError =>
  new MusterError(
    'STORE_CORRUPT',
    `The store in ${directory} is damaged: ${file}: ${reason}. ${salvage} Nothing was changed. Put back a backup, or run ` +
      '"muster store repair": it keeps the damaged files in a folder beside the store and goes on with what can be read.',
    { details: { directory, file, reason } },
  );

export const storeTooNew = (directory: string, file: string, version: number): MusterError =>
  new MusterError(
    'STORE_VERSION',
    `The store in ${directory} was written by a newer muster (${file} has format ${version}, this one reads 1). Update muster.`,
  );
