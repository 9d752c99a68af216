import { exitCodeOf } from '@muster/sdk';

/** What the command ends with. Scripts rely on these. */
export const EXIT = {
  done: 0,
  /** Muster failed, or no line of a file was taken. */
  failed: 1,
  usage: 2,
  /** A job ended with failed tasks, an import with refused lines; the rest was done. */
  tasksFailed: 3,
  /** No account could be had. */
  nothing: 4,
  /** A question waits and nobody is there to answer. */
  unattended: 5,
  interrupted: 130,
} as const;

/** Of files that were loaded, line by line. A dry run has done all that it should once it has said what would happen. */
export const exitOfImport = ({
  taken,
  refused,
  dryRun,
}: {
  readonly taken: boolean;
  readonly refused: boolean;
  readonly dryRun: boolean;
}): number => (!refused ? EXIT.done : !taken ? EXIT.failed : dryRun ? EXIT.done : EXIT.tasksFailed);

export { exitCodeOf };
