import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROGRAM = fileURLToPath(new URL('read.ts', import.meta.url));

export interface ReadFile {
  readonly accounts: number;
  readonly rejected: number;
  readonly reasons: readonly string[];
  readonly maxRssMb: number;
  readonly cpuSeconds: number;
}

/** Reads one of the files in a process of its own. Rejects when it dies. */
export async function readInProcess(name: string, bytes: number): Promise<ReadFile> {
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, PROGRAM, name, String(bytes)]);
  return JSON.parse(stdout) as ReadFile;
}
