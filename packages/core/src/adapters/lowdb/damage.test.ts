import { afterEach, describe, expect, it } from 'vitest';
import type { Store } from '../../ports/store.ts';
import { createSimulatedFiles } from '../../testing/simulated-files.ts';
import { THINGS, thing, type Thing } from '../../testing/store-things.ts';
import { openLowdbStore } from '../lowdb-store.ts';

const JOURNAL = 'store.json.journal.000002';
const disk = createSimulatedFiles(() => 0.5);
const open = (): Promise<Store> =>
  openLowdbStore({ directory: '/data', collections: [THINGS], now: () => 7, files: disk.files, compactBytes: 2500 });

/** A store with documents in the snapshot and changes of them in the journal behind it. Returns all states it went through. */
const build = async (): Promise<string[]> => {
  for (const name of disk.names()) disk.delete(name);
  const store = await open();
  for (let number = 0; number < 12; number += 1) await store.commit([{ insert: 'things', document: thing(number) }]);
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  const states = [JSON.stringify(await store.list('things'))];
  for (let change = 0; change < 10; change += 1) {
    await store.claim('things', { sort: { by: 'order' }, limit: 4 }, { set: { order: 100 + change }, add: { uses: 1 } });
    states.push(JSON.stringify(await store.list('things')));
  }
  await store.close();
  return states;
};

const files = (): Map<string, Buffer> => new Map(disk.names().map((name) => [name, disk.read(name)]));
const restore = (saved: ReadonlyMap<string, Buffer>): void => {
  for (const name of disk.names()) disk.delete(name);
  for (const [name, content] of saved) disk.write(name, content);
};

/** What the store holds, or the code and message with which it refused to open. */
const openAndRead = async (): Promise<{ state?: string; code?: string; message?: string; recovered?: readonly string[] }> => {
  try {
    const store = await open();
    const state = JSON.stringify(await store.list<Thing>('things'));
    const { recovered } = await store.status();
    await store.close();
    return { state, recovered };
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { code, message };
  }
};

afterEach(() => disk.setFault(undefined));

describe('a damaged store', () => {
  it('is one readable JSON document and one journal when it is whole', async () => {
    const states = await build();
    expect(disk.names().toSorted()).toEqual(['store.json', JOURNAL]);
    const snapshot = JSON.parse(disk.read('store.json').toString()) as { collections: { things: Thing[] } };
    expect(snapshot.collections.things.length).toBeGreaterThan(0);
    expect(disk.read('store.json').toString().split('\n').length).toBeGreaterThan(snapshot.collections.things.length);
    expect(await openAndRead()).toEqual({ state: states.at(-1), recovered: [] });
  });

  it('opens with all or refuses, whichever bit is flipped', async () => {
    const states = await build();
    const saved = files();
    for (const [name, content] of saved) {
      for (let bit = 3; bit < content.length * 8; bit += 61) {
        const damaged = Buffer.from(content);
        damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
        restore(saved);
        disk.write(name, damaged);
        const { state, code } = await openAndRead();
        const outcome = code ?? (state === states.at(-1) ? 'whole' : 'silently changed');
        expect(['whole', 'STORE_CORRUPT', 'STORE_VERSION'], `bit ${bit} of ${name}`).toContain(outcome);
      }
    }
  });

  it('is exactly an earlier state when its journal is cut, and says what was removed', async () => {
    const states = await build();
    const saved = files();
    const content = saved.get(JOURNAL) as Buffer;
    const reached: number[] = [];
    for (let size = 0; size <= content.length; size += 7) {
      restore(saved);
      disk.write(JOURNAL, content.subarray(0, size));
      const { state, code, recovered = [] } = await openAndRead();
      // Refused as long as the first line is not whole: it was made safe before anything else.
      const isRefused = size < content.indexOf(10) + 1;
      expect(code).toBe(isRefused ? 'STORE_CORRUPT' : undefined);
      reached.push(states.indexOf(state ?? ''));
      const isTorn = !isRefused && content[size - 1] !== 10;
      expect(recovered.map((note) => note.includes('never acknowledged'))).toEqual(isTorn ? [true] : []);
    }
    expect(reached).toEqual(reached.toSorted((left, right) => left - right));
    expect(new Set(reached.filter((at) => at >= 0)).size).toBeGreaterThan(5);
  });

  it('is refused when its snapshot is cut anywhere', async () => {
    await build();
    const saved = files();
    const content = saved.get('store.json') as Buffer;
    for (let size = 0; size < content.length; size += 97) {
      restore(saved);
      disk.write('store.json', content.subarray(0, size));
      expect((await openAndRead()).code).toBe('STORE_CORRUPT');
    }
  });

  it.each([['store.json'], [JOURNAL]])('is refused when %s is missing', async (name) => {
    await build();
    disk.delete(name);
    const { code, message } = await openAndRead();
    expect(code).toBe('STORE_CORRUPT');
    expect(message).toContain(name);
    expect(message).toContain('muster store repair');
  });

  it('is refused when a journal in the middle is missing or shortened', async () => {
    await build();
    disk.setFault((operation, name) => {
      if (operation === 'open' && name === '.store.json.tmp') throw new Error('no snapshot now');
      return undefined;
    });
    const store = await open();
    for (let number = 20; number < 70; number += 1) await store.commit([{ insert: 'things', document: thing(number) }]);
    await store.close();
    disk.setFault(undefined);
    const journals = disk
      .names()
      .filter((name) => name.includes('journal'))
      .toSorted();
    expect(journals.length).toBeGreaterThanOrEqual(3);
    const saved = files();
    expect((await openAndRead()).code).toBeUndefined();

    restore(saved);
    disk.delete(journals[1] as string);
    expect((await openAndRead()).message).toContain('before it is missing');
    restore(saved);
    disk.write(journals[1] as string, disk.read(journals[1] as string).subarray(0, -20));
    expect((await openAndRead()).message).toMatch(/should have \d+ bytes/);
  });

  it('says where the damage is and what is sound', async () => {
    await build();
    const content = disk.read(JOURNAL);
    const line = content.indexOf(10) + 1;
    content[line + 30] = 7;
    disk.write(JOURNAL, content);
    const { message } = await openAndRead();
    expect(message).toContain(`${JOURNAL}: the line at byte ${line} does not fit its checksum`);
    expect(message).toMatch(/The \d+ documents of the snapshot are sound/);
    expect(disk.read(JOURNAL)).toEqual(content);
  });

  it('is refused as of a newer muster, not as damaged, when its format is newer', async () => {
    await build();
    disk.write('store.json', Buffer.from(disk.read('store.json').toString().replace('"version":1', '"version":2')));
    expect((await openAndRead()).code).toBe('STORE_VERSION');
  });
});
