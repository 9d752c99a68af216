import type { Client } from '@muster/api';
import type { Output } from './print/output.ts';

export interface GlobalOptions {
  readonly data?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** Commander's name for `--no-color`. */
  readonly color?: boolean;
  readonly standalone?: boolean;
  readonly host?: string;
  readonly tokenFile?: string;
}

/** What every command gets. */
export interface Context {
  readonly options: GlobalOptions;
  readonly out: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Absolute path of the data directory. */
  readonly directory: string;
  readonly checkout: string | null;
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP, unless a command takes the signal over. */
  readonly signal: AbortSignal;
  /** Calls this instead of aborting, at each Ctrl-C, until the returned function is called. */
  onInterrupt(handler: () => void): () => void;
  /** A client of the host that owns the data directory; starts one if none runs. The same at each call. */
  client(): Promise<Client>;
  /** The same, but `undefined` where no host runs. */
  running(): Promise<Client | undefined>;
  /** Starts a detached host, with these arguments of `serve`. */
  start(args: readonly string[]): Promise<Client>;
  /** A person can be asked: stdin and stderr are a terminal. */
  readonly interactive: boolean;
  /** Sets what the process ends with, where it is not 0. */
  exit(code: number): void;
}
