import { ApiError } from '@muster/api';
import { MusterError, safeText } from '@muster/sdk';
import { CommanderError } from 'commander';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import type { Output } from './print/output.ts';

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly exit: number;
  readonly retryAfterMs?: number | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

const ARGUMENTS: ReadonlySet<string> = new Set(['commander.missingArgument', 'commander.excessArguments']);

/** `error: unknown option '--foo'\n(Did you mean --bar?)` in one line. */
const usageMessage = (text: string): string =>
  text
    .replace(/^error: /, '')
    .replace(/\n+\((Did you mean .*)\)$/, (_, hint: string) => `. ${hint}`)
    .trim();

function failureOf(thrown: unknown): Failure {
  if (thrown instanceof CommanderError) {
    const message = usageMessage(thrown.message);
    const how = ARGUMENTS.has(thrown.code) ? `${message.replace(/\.$/, '')}; --help shows how` : message;
    return { code: 'BAD_REQUEST', message: how, exit: EXIT.usage };
  }
  if (thrown instanceof MusterError || thrown instanceof ApiError) {
    const { code, message, retryAfterMs, details } = thrown;
    return { code, message, exit: exitCodeOf(code), retryAfterMs, details };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = (thrown as { code?: unknown } | null)?.code;
  // Node's own errors name the thing and the reason: ENOENT: no such file or directory, open 'x'.
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return { code: 'INTERNAL', message, exit: EXIT.failed };
  return { code: 'INTERNAL', message: `${message} (a defect; MUSTER_DEBUG=1 shows where)`, exit: EXIT.failed };
}

/** One line on stderr, with `--json` also the one document on stdout; returns the exit code. A stack only with MUSTER_DEBUG=1. */
export function reportError(thrown: unknown, out: Output, debug: boolean): number {
  const { code, message, exit, retryAfterMs, details } = failureOf(thrown);
  out.document({
    error: {
      code,
      message,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(details === undefined ? {} : { details }),
    },
  });
  out.warn(`muster: ${safeText(message)}`);
  if (debug && thrown instanceof Error) out.warn(thrown.stack ?? '');
  return exit;
}
