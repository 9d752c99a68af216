import { spawn } from 'node:child_process';
import { MusterError, safeText } from '@muster/sdk';
import type { Clock } from '../ports/clock.ts';

const TIMEOUT_MS = 60_000;
const KEPT = 500;
/** What a program needs to run at all. Nothing else of the host's own goes to it: there may be a key in it. */
const PASSED = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'USER', 'SHELL', 'TMPDIR'] as const;

export interface CommandMessage {
  readonly command: string;
  readonly id: string;
  readonly type: string;
  readonly body: string;
}

/** Runs the operator's command with the event as JSON on its stdin. Rejects when it does not end with 0, or not in a minute. */
export function sendCommand(clock: Clock, { command, id, type, body }: CommandMessage, signal: AbortSignal): Promise<string> {
  const env = Object.fromEntries(PASSED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { ...env, MUSTER_EVENT: type, MUSTER_DELIVERY: id },
      // A group of its own, so that what it has started ends with it.
      detached: true,
    });
    let said = '';
    let late = false;
    const kill = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
    };
    const takeBack = clock.after(TIMEOUT_MS, () => {
      late = true;
      kill();
    });
    signal.addEventListener('abort', kill, { once: true });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < KEPT) said += text;
    });
    const done = (work: () => void): void => {
      takeBack();
      signal.removeEventListener('abort', kill);
      work();
    };
    child.on('error', (error) => done(() => reject(new MusterError('RETRY_LATER', `it could not be started: ${error.message}`))));
    child.on('close', (code) =>
      done(() => {
        if (code === 0) return resolve('ended with 0');
        const why = late ? `it did not end within ${TIMEOUT_MS / 1_000} s` : `it ended with ${code ?? 'a signal'}`;
        const words = safeText(said.trim(), KEPT);
        reject(new MusterError('RETRY_LATER', words === '' ? why : `${why}: ${words}`));
      }),
    );
    // A program that does not read its input closes the pipe early.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${body}\n`);
  });
}
