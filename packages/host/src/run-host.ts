import { startHost, type Host, type HostOptions } from './start-host.ts';

export interface RunOptions extends HostOptions {
  /** Stays when the terminal that started it goes away. */
  readonly detached?: boolean;
  /** When it takes calls. */
  readonly onReady?: (host: Host) => void;
}

const text = (thrown: unknown): string => (thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));

/**
 * The host as a process of its own: runs until it is told to end (a call, SIGTERM, SIGINT, and SIGHUP unless detached), then ends in order.
 * Resolves with the exit code: 0, or 1 after a defect that nobody caught. Rejects, with nothing left behind, when it cannot start.
 */
export async function runHost(options: RunOptions): Promise<number> {
  // Whatever a plugin or a library writes is for the owner's eyes only.
  process.umask(0o077);
  // A terminal that is gone must not end the host in the middle of its own end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

  let exitCode = 0;
  let host: Host | undefined;
  let wanted: string | undefined;
  const end = (reason: string): void => {
    wanted ??= reason;
    void host?.stop(reason);
  };
  const onDefect =
    (kind: string) =>
    (thrown: unknown): void => {
      exitCode = 1;
      if (host) host.log(`${kind}: ${text(thrown)}`);
      else
        process.stderr.write(`${kind}: ${text(thrown)}
`);
      end(kind);
    };
  const onException = onDefect('uncaught exception');
  const onRejection = onDefect('unhandled rejection');
  const onHangUp = (): void => (options.detached === true ? undefined : end('SIGHUP'));
  process.on('SIGTERM', end).on('SIGINT', end).on('SIGHUP', onHangUp);
  process.on('uncaughtException', onException).on('unhandledRejection', onRejection);

  try {
    host = await startHost(options);
    if (wanted === undefined) options.onReady?.(host);
    else void host.stop(wanted);
    await host.ended;
    return exitCode;
  } finally {
    process.off('SIGTERM', end).off('SIGINT', end).off('SIGHUP', onHangUp);
    process.off('uncaughtException', onException).off('unhandledRejection', onRejection);
  }
}
