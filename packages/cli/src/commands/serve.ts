import { MusterError, toMusterError } from '@muster/sdk';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { rewritingLine, rewritingText } from '../connect/rewriting.ts';
import { DETACHED, SECOND } from '../connect/start-detached.ts';

/** How often it is told how far a store is that is written anew. */
const TELL_EVERY_MS = 250;

interface ServeOptions {
  readonly detach?: boolean;
  readonly tcp?: string;
}

const LOOPBACK = /^(?:(127\.0\.0\.1|localhost):)?(\d{1,5})$/;

/** `127.0.0.1:PORT` or `PORT`; only loopback, since what a token allows must not cross a network in the clear. */
export function parseTcp(text: string): string {
  const [, , digits] = LOOPBACK.exec(text) ?? [];
  if (digits !== undefined && Number(digits) <= 65_535) return `127.0.0.1:${Number(digits)}`;
  throw new MusterError(
    'BAD_REQUEST',
    `--tcp takes 127.0.0.1:PORT, not "${text}"; put a proxy with TLS before it to reach it from elsewhere.`,
  );
}

async function detach(context: Context, tcp: string | undefined): Promise<void> {
  const { out } = context;
  const address = tcp === undefined ? undefined : parseTcp(tcp);
  const before = await context.running();
  const client = before ?? (await context.start(address ? ['--tcp', address] : []));
  const status = await client.call('getStatus');
  if (before && address && status.tcp === null) {
    throw new MusterError('HOST_RUNS', `A host (pid ${status.pid}) runs already, without TCP. Do \`muster stop\` first.`);
  }
  out.document({ started: before === undefined, pid: status.pid, directory: status.directory, tcp: status.tcp });
  const where = status.tcp === null ? status.directory : `${status.directory} and ${status.tcp}`;
  out.line(`${before === undefined ? 'The host runs' : 'A host runs already'} (pid ${status.pid}) on ${where}.`);
}

async function serve(context: Context, { tcp }: ServeOptions): Promise<void> {
  const address = tcp === undefined ? {} : { tcp: parseTcp(tcp) };
  const { out, directory, checkout } = context;
  const isDetached = context.env[DETACHED] === '1';
  // The host ends in order at a signal, by itself.
  const release = context.onInterrupt(() => undefined);
  try {
    const [{ runHost }, { hostOptions }] = await Promise.all([import('@muster/host'), import('../connect/host-options.ts')]);
    let toldAt = -Infinity;
    const code = await runHost({
      ...hostOptions(directory, checkout, (progress) => {
        if (performance.now() - toldAt < TELL_EVERY_MS) return;
        toldAt = performance.now();
        if (isDetached) process.stdout.write(rewritingLine(progress));
        else out.progress(rewritingText(progress));
      }),
      ...address,
      detached: isDetached,
      onReady(host) {
        out.clear();
        out.document({ pid: process.pid, directory: host.directory, socket: host.socket, tcp: host.tcp });
        out.note(
          `muster: the host (pid ${process.pid}) serves ${host.directory}${host.tcp === null ? '' : ` and ${host.tcp}`}; Ctrl-C ends it in order.`,
        );
      },
    });
    context.exit(code);
  } catch (thrown) {
    const { code, message } = toMusterError(thrown);
    if (!isDetached || code !== 'HOST_RUNS') throw thrown;
    out.document({ error: { code, message } });
    context.exit(SECOND);
  } finally {
    release();
  }
}

export function register(program: Command, context: Context): void {
  program
    .command('serve')
    .description('Runs the host of the data directory in the foreground, until a signal or `muster stop` ends it.')
    .option('--detach', 'in the background, and return when it serves')
    .option('--tcp <address>', 'serve HTTP on 127.0.0.1:PORT as well, for bearer tokens')
    .action(async (options: ServeOptions) => {
      await (options.detach ? detach(context, options.tcp) : serve(context, options));
    });
}
