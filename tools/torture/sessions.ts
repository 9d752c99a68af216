import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killSessions } from './sessions/kill-sessions.ts';
import type { Row } from './store/row.ts';

const KILLS = 100;
const SESSIONS = 12;

/** The real host, killed at random moments while callers open and close sessions: about six minutes. */
export async function* torture(): AsyncGenerator<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-torture-'));
  try {
    const options = { directory: join(folder, 'data'), kills: KILLS, sessions: SESSIONS, random: Math.random, lifeMs: 1_500 };
    const { kills, opened, closed, returned, faults } = await killSessions(options);
    yield {
      name: 'host killed -9 while sessions are opened and closed',
      figure: `${kills} kills, ${opened} opened, ${closed} closed, ${returned} came back; faults: ${faults.join('; ') || 'none'}`,
      holds: faults.length === 0 && returned > 0,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
