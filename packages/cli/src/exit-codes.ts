import { exitCodeOf } from '@muster/sdk';

/** What the command ends with. Scripts rely on these. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  /** The job ended with failed tasks. */
  tasksFailed: 3,
  /** No account could be had. */
  nothing: 4,
  /** A question waits and nobody is there to answer. */
  unattended: 5,
  interrupted: 130,
} as const;

export { exitCodeOf };
