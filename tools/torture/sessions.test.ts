import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { killSessions } from './sessions/kill-sessions.ts';

test('sessions come back after each kill of the host, the closed ones stay away, and none is there twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-sessions-'));
  try {
    const options = { directory: join(folder, 'data'), kills: 3, sessions: 6, random: Math.random, lifeMs: 600 };
    const report = await killSessions(options);
    expect(report.faults).toEqual([]);
    expect(report.opened).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
