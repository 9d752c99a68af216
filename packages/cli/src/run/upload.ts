import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
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
  const bytes = path === '-' ? process.stdin : createReadStream(path, { signal });
  try {
    for await (const line of client.stream('importAccounts', { params: { plugin }, query }, { signal, upload: bytes })) {
      if (line.kind === 'error') throw new MusterError(line.code, `${safeText(query.name)}: ${line.message}`);
      yield line;
    }
  } finally {
    bytes.destroy();
  }
}
