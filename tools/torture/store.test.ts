import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cutJournal, cutStore, flipBits } from './store/damage.ts';
import { killAgainAndAgain } from './store/kill.ts';

// The same as `npm run torture -- store`, at a scale for every day. Power cuts and full disks at this scale are simulated, in core.
describe.each(['lowdb', 'sqlite'] as const)('a store of %s under torture', (kind) => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'muster-torture-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('loses nothing that was acknowledged when its process is killed', async () => {
    const row = await killAgainAndAgain({ kind, directory, kills: 4, lifeMs: 200 });
    expect(row).toMatchObject({ holds: true });
  });

  it('is refused or whole after a bit was flipped', async () => {
    const row = await flipBits({ kind, directory, flips: 30, seed: randomInt(2 ** 32) });
    expect(row).toMatchObject({ holds: true });
  });

  it('is refused when it was cut short', async () => {
    const row = await cutStore({ kind, directory, step: kind === 'lowdb' ? 997 : 30_011 });
    expect(row).toMatchObject({ holds: true });
  });
});

it('is exactly an earlier state when its journal was cut short', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'muster-torture-'));
  const row = await cutJournal({ directory, step: 151 });
  await rm(directory, { recursive: true });
  expect(row).toMatchObject({ holds: true });
});
