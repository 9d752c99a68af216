import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import type { Client, ImportLine } from '@muster/api';
import { MusterError, safeText } from '@muster/sdk';

/** One pass of a file through the host. */
export interface Upload {
  readonly plugin: string;
  readonly path: string;
  readonly dryRun: boolean;
  readonly onConflict: 'keep' | 'replace' | 'ask';
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * A named pipe is read by another process: opening one waits until somebody writes to it, and a thread that waits so can neither be
 * interrupted nor left behind.
 */
async function openInput(path: string, signal: AbortSignal): Promise<Readable> {
  if (path === '-') return process.stdin;
  if (!(await stat(path)).isFIFO()) return createReadStream(path, { signal });
  const reader = spawn('cat', ['--', path], { signal, stdio: ['ignore', 'pipe', 'inherit'] });
  reader.on('error', (thrown) => reader.stdout.destroy(thrown));
  return reader.stdout;
}

/** Sends one file to the host and reads what it says of each line. */
export async function* upload(
  client: Client,
  { plugin, path, dryRun, onConflict, options }: Upload,
  signal: AbortSignal,
): AsyncGenerator<ImportLine> {
  const query = {
    name: path === '-' ? 'stdin' : basename(path),
    dryRun: String(dryRun),
    onConflict,
    options: JSON.stringify(options),
  };
  const bytes = await openInput(path, signal);
  try {
    for await (const line of client.stream('importAccounts', { params: { plugin }, query }, { signal, upload: bytes })) {
      if (line.kind === 'error') throw new MusterError(line.code, `${safeText(query.name)}: ${line.message}`);
      yield line;
    }
  } finally {
    bytes.destroy();
  }
}
