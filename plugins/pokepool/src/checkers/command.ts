import { spawn } from 'node:child_process';
import { MusterError, retryLater, safeText } from '@muster/sdk';
import { MAX_ANSWER, parseAnswer } from './answer.ts';
import type { Checker, CheckSubject } from './checker.ts';

export interface CommandCheckerOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly timeoutMs: number;
}

/** EX_TEMPFAIL of sysexits.h: try again later. */
const TRY_LATER = 75;
// All that a program needs to start; nothing of the host's environment, which may hold keys.
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'];

/**
 * Runs a program of the operator's for each account: the account as one JSON line on stdin, a verdict as one JSON line on
 * stdout. Exit code 75 means later. It is killed, with all it started, on a timeout and when the task is stopped.
 */
export function createCommandChecker(options: CommandCheckerOptions): Checker {
  return { check: (subject, signal) => run(options, subject, signal) };
}

async function run({ program, args, timeoutMs }: CommandCheckerOptions, subject: CheckSubject, signal: AbortSignal) {
  const who = `The checker ${safeText(program, 200)}`;
  signal.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  const env = Object.fromEntries(
    PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  // In a process group of its own, so that what it starts ends with it.
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'], shell: false, detached: true });
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  const stop = AbortSignal.any([signal, timeout]);
  stop.addEventListener('abort', kill, { once: true });

  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (out.length > MAX_ANSWER) kill();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (err.length < MAX_ANSWER) err += text;
  });
  // A program that does not read its input is judged by its answer.
  child.stdin.on('error', () => undefined).end(`${JSON.stringify(subject)}\n`);

  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    if (signal.aborted) throw signal.reason;
    if (timeout.aborted) throw retryLater(`${who} did not answer within ${timeoutMs} ms and was ended.`);
    if (out.length > MAX_ANSWER) throw new MusterError('CHECK_FAILED', `${who} wrote more than ${MAX_ANSWER} characters.`);
    const said = told(err, subject);
    if (code === TRY_LATER) throw retryLater(`${who} asks to be tried again later.${said}`);
    if (code !== 0) throw new MusterError('CHECK_FAILED', `${who} ended with code ${code ?? 'none'}.${said}`);
    return parseAnswer(out.trim().split('\n').at(-1) ?? '', who);
  } catch (thrown) {
    if (thrown instanceof MusterError || signal.aborted) throw thrown;
    throw new MusterError('CHECK_FAILED', `${who} cannot be started. Look at checkCommand: a full path and its arguments.`, {
      cause: thrown,
    });
  } finally {
    stop.removeEventListener('abort', kill);
    kill();
  }
}

/** The last words on stderr (none of a flood, which may be cut inside the password), without the password, also as it stands in the JSON that the program was given. */
function told(err: string, { password }: CheckSubject): string {
  if (err.length >= MAX_ANSWER) return '';
  let clean = err;
  if (password !== null && password !== '') {
    for (const spelling of [JSON.stringify(password).slice(1, -1), password]) clean = clean.replaceAll(spelling, '…');
  }
  return clean.trim() === '' ? '' : ` It said: ${safeText(clean.trim().slice(-200))}`;
}
