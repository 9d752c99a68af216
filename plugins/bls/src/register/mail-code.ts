import { spawn } from 'node:child_process';
import { MusterError } from '@muster/sdk';

/** What the operator's program is told, one line of JSON on its stdin. */
export interface MailRequest {
  /** `otp`: the code of the form; `password`: the one that comes after a registration. */
  readonly kind: 'otp' | 'password';
  readonly email: string;
  readonly site: string;
  /** Mails before this moment are not it (ISO 8601). */
  readonly since: string;
  /** Codes that were refused: not to be given again. */
  readonly refused: readonly string[];
}

const MAX_OUTPUT = 10_000;

/** Runs the operator's own program and gives the last word of its output. RETRY_LATER says what went wrong with it, never what it said. */
export async function codeByCommand(
  command: readonly string[],
  request: MailRequest,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<string> {
  const [program = '', ...args] = command;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    // Not the host's own secrets: only what a program needs to be found and to find its own settings.
    const env = Object.fromEntries(
      ['PATH', 'HOME', 'USER', 'LANG', 'TMPDIR', 'TZ'].map((name) => [name, process.env[name] ?? '']),
    );
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], env });
    let said = '';
    const fail = (why: string): void =>
      reject(new MusterError('OTP_COMMAND', `The program of otpCommand (${program}) ${why}.`, { remedy: 'retry' }));
    const stop = (): void => void child.kill('SIGKILL');
    const timer = setTimeout(() => {
      stop();
      fail(`gave no code within ${timeoutMs / 1_000} s`);
    }, timeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-MAX_OUTPUT);
    });
    child.stdin.on('error', () => undefined).end(`${JSON.stringify(request)}\n`);
    child.on('error', (error) => fail(`could not be started: ${error.message}`));
    child.on('close', (status) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      if (signal.aborted) return reject(signal.reason as Error);
      const code = said.trim().split(/\s+/).at(-1) ?? '';
      if (status !== 0) fail(`ended with ${status ?? 'a signal'}`);
      else if (code === '') fail('gave no code');
      else resolve(code);
    });
  });
}
