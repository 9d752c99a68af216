import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '@muster/sdk';
import { openPairs } from './open.ts';
import type { Row } from './row.ts';
import { allHalves, type Kind } from './shape.ts';

const CHANGES = 60;

/** A store with a past: a snapshot (or database) and changes behind it. Returns what it held after each change. */
const build = async (kind: Kind, directory: string): Promise<string[]> => {
  const store = await openPairs(kind, directory);
  await store.commit(allHalves(4).map((document) => ({ insert: 'pairs', document })));
  if (kind === 'lowdb') {
    // A copy is a fresh snapshot; the changes then stand in a journal behind it.
    await store.backup(join(directory, 'copy'));
    await store.close();
    for (const name of await readdir(join(directory, 'copy'))) {
      await rm(join(directory, name), { force: true });
      await cp(join(directory, 'copy', name), join(directory, name));
    }
    await rm(join(directory, 'copy'), { recursive: true });
  } else await store.close();
  const again = await openPairs(kind, directory);
  const states = [JSON.stringify(await again.list('pairs'))];
  for (let change = 1; change <= CHANGES; change += 1) {
    await again.claim('pairs', { sort: { by: 'value' }, limit: 3 }, { set: { value: change } });
    states.push(JSON.stringify(await again.list('pairs')));
  }
  await again.close();
  return states;
};

/** What the store holds now, or `refused`; a check counts as a refusal. */
const look = async (kind: Kind, directory: string): Promise<string> => {
  try {
    const store = await openPairs(kind, directory);
    try {
      const state = JSON.stringify(await store.list('pairs'));
      return (await store.check()).length > 0 ? 'refused' : state;
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof MusterError && ['STORE_CORRUPT', 'STORE_VERSION'].includes(error.code)) return 'refused';
    throw error;
  }
};

const eachDamaged = async (
  options: { kind: Kind; directory: string },
  pick: (name: string, bytes: Buffer) => Iterable<Buffer>,
  judge: (outcome: string, name: string) => void,
): Promise<string[]> => {
  const { kind, directory } = options;
  const whole = join(directory, 'whole');
  const trial = join(directory, 'trial');
  await mkdir(whole);
  const states = await build(kind, whole);
  for (const name of await readdir(whole)) {
    const bytes = await readFile(join(whole, name));
    for (const damaged of pick(name, bytes)) {
      await rm(trial, { recursive: true, force: true });
      await cp(whole, trial, { recursive: true });
      await writeFile(join(trial, name), damaged);
      const outcome = await look(kind, trial);
      judge(outcome === 'refused' ? outcome : String(states.indexOf(outcome)), name);
    }
  }
  return states;
};

/** Flips single bits anywhere: a store may refuse, or be whole, but never be another one. */
export const flipBits = async (options: { kind: Kind; directory: string; flips: number }): Promise<Row> => {
  const { kind, flips } = options;
  const counts = { refused: 0, whole: 0, changed: 0 };
  const files = kind === 'lowdb' ? 2 : 1;
  await eachDamaged(
    options,
    function* (_, bytes) {
      for (let flip = 0; flip < Math.ceil(flips / files) && bytes.length > 0; flip += 1) {
        const damaged = Buffer.from(bytes);
        const bit = Math.floor(Math.random() * bytes.length * 8);
        damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
        yield damaged;
      }
    },
    (outcome) => {
      if (outcome === 'refused') counts.refused += 1;
      else if (outcome === String(CHANGES)) counts.whole += 1;
      else counts.changed += 1;
    },
  );
  const done = counts.refused + counts.whole + counts.changed;
  const figure = `${done} bits flipped: ${counts.refused} refused, ${counts.whole} without effect, ${counts.changed} silently changed`;
  return { name: `bit rot, ${kind}`, figure, holds: counts.changed === 0 && counts.refused > 0 };
};

/** Cuts the journal anywhere: what is left has to be an earlier state, and a later cut never an earlier one. */
export const cutJournal = async (options: { directory: string; step: number }): Promise<Row> => {
  const reached: number[] = [];
  let refused = 0;
  await eachDamaged(
    { kind: 'lowdb', directory: options.directory },
    function* (name, bytes) {
      if (!name.includes('journal')) return;
      for (let size = 0; size <= bytes.length; size += options.step) yield bytes.subarray(0, size);
    },
    (outcome) => {
      if (outcome === 'refused') refused += 1;
      else reached.push(Number(outcome));
    },
  );
  const ordered = reached.every((state, at) => state >= 0 && state >= (reached[at - 1] ?? 0));
  const figure = `${reached.length + refused} cuts: ${reached.length} exactly an earlier state, ${refused} refused (within the first line)`;
  return { name: 'truncated journal, lowdb', figure, holds: ordered && reached.length > refused };
};

/** Cuts the snapshot or the database anywhere: always refused. */
export const cutStore = async (options: { kind: Kind; directory: string; step: number }): Promise<Row> => {
  let refused = 0;
  let opened = 0;
  await eachDamaged(
    options,
    function* (name, bytes) {
      if (name.includes('journal')) return;
      for (let size = 0; size < bytes.length; size += options.step) yield bytes.subarray(0, size);
    },
    (outcome) => {
      if (outcome === 'refused') refused += 1;
      else opened += 1;
    },
  );
  return {
    name: `truncated ${options.kind === 'lowdb' ? 'snapshot' : 'database'}, ${options.kind}`,
    figure: `${refused} cuts refused, ${opened} opened`,
    holds: opened === 0 && refused > 0,
  };
};
