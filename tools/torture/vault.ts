import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Row } from './store/row.ts';
import { killResealers } from './vault/kill-resealers.ts';

/** Rotation and re-encryption, killed at random moments: about four minutes. */
export async function* torture(): AsyncGenerator<Row> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-torture-'));
  try {
    yield await killResealers({ directory, kills: 200, lifeMs: 250, secrets: 2_000 });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
