import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLedger } from './ledger.ts';
import { startWriter } from './mortal-writer.ts';
import { openPairs } from './open.ts';
import type { Row } from './row.ts';
import type { Kind } from './shape.ts';

const WRITERS = 16;
const MOST_FILES = { lowdb: 3, sqlite: 1 };

/** Kills the writing process with -9, again and again, now and then while it still starts, and compares what is there. */
export const killAgainAndAgain = async (options: {
  kind: Kind;
  directory: string;
  kills: number;
  lifeMs: number;
}): Promise<Row> => {
  const { kind, directory, kills, lifeMs } = options;
  const ledger = createLedger();
  const faults: string[] = [];
  for (let round = 0; round < kills && faults.length === 0; round += 1) {
    const writer = startWriter({ kind, directory, writers: WRITERS, ledger });
    // The first life is long enough to change something.
    if (round === 0 || Math.random() > 0.1) await writer.ready;
    await sleep(Math.random() * lifeMs);
    await writer.kill();
    faults.push(...writer.complaints);
    const store = await openPairs(kind, directory);
    faults.push(...(await ledger.compare(store)));
    await store.close();
  }
  const files = (await readdir(directory)).length;
  if (files > MOST_FILES[kind]) faults.push(`${files} files are left`);
  if (ledger.acknowledged === 0) faults.push('nothing was acknowledged: the test tested nothing');
  const figure = `${kills} kills, ${ledger.acknowledged} acknowledged, ${faults[0] ?? '0 lost'}, ${files} files left`;
  return { name: `kill -9, ${kind}`, figure, holds: faults.length === 0 };
};
