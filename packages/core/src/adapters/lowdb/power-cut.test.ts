import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSimulatedFiles, failing, type Fault } from '../../testing/simulated-files.ts';
import { THINGS, thing, type Thing } from '../../testing/store-things.ts';
import { openLowdbStore } from '../lowdb-store.ts';

/** Numbers in [0, 1) that a seed decides. */
const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
};

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

const ids = Array.from({ length: 8 }, (_, number) => thing(number).id);

/**
 * Writers that each own a document raise its `uses` for ever; the power goes at some moment. Afterwards each document must stand at
 * what was acknowledged last, or at the one change that was under way.
 */
const liveAndDie = async (seed: number, lives: number, faultOf?: (random: () => number) => Fault): Promise<void> => {
  const random = randomOf(seed);
  const disk = createSimulatedFiles(random);
  const open = () =>
    openLowdbStore({ directory: '/data', collections: [THINGS], now: () => 1, files: disk.files, compactBytes: 3000 });
  const acknowledged = new Map<string, number>();
  let store = await open();
  await store.commit(ids.map((_, number) => ({ insert: 'things', document: thing(number) })));
  for (let life = 0; life < lives; life += 1) {
    const current = store;
    const power = { on: true };
    const writer = async (id: string): Promise<void> => {
      while (power.on) {
        try {
          await current.claim('things', { where: { op: 'eq', field: 'id', value: id } }, { add: { uses: 1 } });
        } catch {
          await turns(1);
          continue;
        }
        // What happened after the power went is not seen by anybody.
        if (power.on) acknowledged.set(id, (acknowledged.get(id) ?? 0) + 1);
      }
    };
    const writers = ids.map(writer);
    if (faultOf) disk.setFault(faultOf(random));
    await turns(Math.floor(random() * 60));
    disk.setFault(undefined);
    await turns(Math.floor(random() * 20));
    power.on = false;
    disk.cutPower();
    await Promise.all(writers);
    store = await open();
    for (const id of ids) {
      const uses = (await store.get<Thing>('things', id))?.uses ?? -1;
      const safe = acknowledged.get(id) ?? 0;
      expect(uses === safe || uses === safe + 1, `${id}: ${uses} after ${safe} acknowledged`).toBe(true);
      acknowledged.set(id, uses);
    }
  }
  // Nothing is left lying about: the snapshot, its journal, and at most one more that is about to be folded in.
  await store.claim('things', {}, { add: { rank: 1 } });
  await store.close();
  expect(disk.names().length).toBeLessThanOrEqual(3);
};

it('loses nothing that was acknowledged when the power goes at any moment', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), (seed) => liveAndDie(seed, 5)),
    { numRuns: 50 },
  );
});

it('loses nothing when writes fail, are cut short and work again before the power goes', async () => {
  const faultOf =
    (random: () => number): Fault =>
    (operation, name, bytes) => {
      if (random() < 0.1)
        return failing('EIO', 'sync', 'write', 'truncate', 'rename', 'open', 'remove', 'syncDirectory')(operation, name, bytes);
      return operation === 'write' && random() < 0.3 ? Math.ceil(random() * bytes) : undefined;
    };
  await fc.assert(
    fc.asyncProperty(fc.integer(), (seed) => liveAndDie(seed, 4, faultOf)),
    { numRuns: 50 },
  );
});
