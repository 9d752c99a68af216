import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cutJournal, cutStore, flipBits } from './store/damage.ts';
import { fillDisk } from './store/full-disk.ts';
import { killAgainAndAgain } from './store/kill.ts';
import { canMount } from './store/mount.ts';
import { cutPower } from './store/power-cut.ts';
import type { Row } from './store/row.ts';

const KINDS = ['lowdb', 'sqlite'] as const;
type Trial = (directory: string) => Promise<Row>;

const trials = (): Trial[] => [
  ...KINDS.map(
    (kind): Trial =>
      (directory) =>
        killAgainAndAgain({ kind, directory, kills: 200, lifeMs: 250 }),
  ),
  ...KINDS.map(
    (kind): Trial =>
      (directory) =>
        flipBits({ kind, directory, flips: kind === 'lowdb' ? 3000 : 300, seed: randomInt(2 ** 32) }),
  ),
  (directory) => cutJournal({ directory, step: 3 }),
  ...KINDS.map(
    (kind): Trial =>
      (directory) =>
        cutStore({ kind, directory, step: kind === 'lowdb' ? 29 : 1009 }),
  ),
];

const trialsOfRoot = (): Trial[] => [
  ...KINDS.map(
    (kind): Trial =>
      (directory) =>
        cutPower({ kind, directory, cuts: 30 }),
  ),
  ...KINDS.map(
    (kind): Trial =>
      (directory) =>
        fillDisk({ kind, directory, times: 5 }),
  ),
];

/** Everything that is done to a store, at full scale: minutes. */
export async function* torture(): AsyncGenerator<Row> {
  const all = [...trials(), ...(canMount() ? trialsOfRoot() : [])];
  for (const trial of all) {
    const directory = await mkdtemp(join(tmpdir(), 'muster-torture-'));
    try {
      yield await trial(directory);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
  if (!canMount()) yield { name: 'power cut and full disk', figure: 'not run: mounting an image needs root', holds: true };
}
