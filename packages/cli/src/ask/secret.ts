import type { ReadStream, WriteStream } from 'node:tty';
import { MusterError, safeText } from '@muster/sdk';

const CONTROL = { interrupt: '\u0003', end: '\u0004', backspace: '\u007f', delete: '\b', kill: '\u0015' } as const;

/** Asks on the terminal without showing what is typed. ABORTED at Ctrl-C, or Ctrl-D on an empty line. */
export async function askSecret(question: string, stdin: ReadStream, stderr: WriteStream): Promise<string> {
  // Before the question is seen: a fast typist's first letters would be shown.
  stdin.setRawMode(true);
  stderr.write(`${safeText(question)}: `);
  stdin.setEncoding('utf8');
  stdin.resume();
  try {
    return await new Promise<string>((resolve, reject) => {
      let typed: string[] = [];
      const aborted = (): void => reject(new MusterError('ABORTED', 'Stopped at the question; nothing was changed.'));
      const onData = (chunk: string): void => {
        for (const key of chunk) {
          if (key === '\r' || key === '\n') {
            stdin.off('data', onData);
            resolve(typed.join(''));
            return;
          }
          if (key === CONTROL.interrupt || (key === CONTROL.end && typed.length === 0)) {
            stdin.off('data', onData);
            aborted();
            return;
          }
          if (key === CONTROL.backspace || key === CONTROL.delete) typed.pop();
          else if (key === CONTROL.kill) typed = [];
          else if (key >= ' ') typed.push(key);
        }
      };
      stdin.on('data', onData);
      stdin.once('end', aborted);
    });
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}
