import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '@muster/sdk';
import { z } from 'zod';

const FILE = 'config.json';

const Config = z.strictObject({
  store: z.enum(['lowdb', 'sqlite']).optional().describe('Which store holds the data'),
  plugins: z
    .strictObject({
      packages: z.array(z.string().min(1)).default([]).describe('Plugins to load by package name or absolute folder'),
      disabled: z.array(z.string().min(1)).default([]).describe('Ids of plugins that are listed but not loaded'),
    })
    .default({ packages: [], disabled: [] }),
  sessions: z
    .strictObject({
      max: z.int().min(1).max(1_000).optional().describe('Sessions that may be open at once; default: what the memory holds'),
      memoryMb: z.int().min(64).optional().describe('MB that all sessions together may need; default: from the machine'),
      launchesAtOnce: z.int().min(1).max(20).default(2).describe('Heavy launches at the same time'),
    })
    .default({ launchesAtOnce: 2 }),
  keepEvidenceDays: z.number().min(0).max(3_650).default(14).describe('How long files of evidence about tasks are kept'),
});

/** What an operator sets for a data directory in its `config.json`. */
export type HostConfig = z.output<typeof Config>;

/** The defaults where there is no file. DATA_DIR when it cannot be read, is not JSON, or says what nobody understands. */
export async function readHostConfig(directory: string): Promise<HostConfig> {
  const file = join(directory, FILE);
  const unfit = (why: string, cause?: unknown): MusterError =>
    new MusterError('DATA_DIR', `${file}: ${why}. Mend it, or move it away to start with the defaults.`, { cause });
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Config.parse({});
    throw unfit(error instanceof Error ? error.message : String(error), error);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw unfit(error instanceof Error ? error.message : String(error), error);
  }
  const parsed = Config.safeParse(json);
  if (parsed.success) return parsed.data;
  throw unfit(parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; '));
}
