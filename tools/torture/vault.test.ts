import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { killResealers } from './vault/kill-resealers.ts';

// The same as `npm run torture -- vault`, at a scale for every day.
it('loses no secret when it is killed while sealing them anew', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'muster-torture-'));
  // More secrets than are written at once.
  const row = await killResealers({ directory, kills: 4, lifeMs: 20, secrets: 600 });
  await rm(directory, { recursive: true });
  expect(row).toMatchObject({ holds: true });
});
