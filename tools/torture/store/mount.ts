import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Mounting needs the rights of root. */
export const canMount = (): boolean => process.getuid?.() === 0;

export const mount = async (source: string, target: string, ...options: string[]): Promise<AsyncDisposable> => {
  await run('mount', [...options, source, target]);
  return { [Symbol.asyncDispose]: async () => void (await run('umount', ['-l', target])) };
};

export const runCommand = async (command: string, ...values: string[]): Promise<void> => void (await run(command, values));
