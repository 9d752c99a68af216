import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTestRandom } from '@muster/core/testing';
import { MusterError, toMusterError } from '@muster/sdk';
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

/** What opening a damaged store came to: refused, one of the states that it was in, or what it should never be. */
type Outcome = 'refused' | number | `${string}: ${string}`;

/** A check that finds something counts as a refusal. */
const look = async (kind: Kind, directory: string, states: readonly string[]): Promise<Outcome> => {
  try {
    const store = await openPairs(kind, directory);
    try {
      const state = states.indexOf(JSON.stringify(await store.list('pairs')));
      if ((await store.check()).length > 0) return 'refused';
      return state >= 0 ? state : 'SILENT: it opened as a state in which it never was';
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof MusterError && ['STORE_CORRUPT', 'STORE_VERSION'].includes(error.code)) return 'refused';
    const { code, message } = toMusterError(error);
    return `${code}: ${message}`;
  }
};

interface Damage {
  readonly bytes: Buffer;
  /** Where, for whoever wants to see it again. */
  readonly at: string;
}

const eachDamaged = async (
  options: { kind: Kind; directory: string },
  pick: (name: string, bytes: Buffer) => Iterable<Damage>,
  judge: (outcome: Outcome, at: string) => void,
): Promise<void> => {
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
      await writeFile(join(trial, name), damaged.bytes);
      judge(await look(kind, trial, states), `${name} ${damaged.at}`);
    }
  }
};

/** A file cut at each `step` bytes. */
function* cuts(bytes: Buffer, step: number): Generator<Damage> {
  for (let size = 0; size < bytes.length; size += step) yield { bytes: bytes.subarray(0, size), at: `cut at ${size}` };
}

/** Flips single bits where the seed says: a store may refuse, or be whole, but never be another one, nor fail in any other way. */
export const flipBits = async (options: { kind: Kind; directory: string; flips: number; seed: number }): Promise<Row> => {
  const { kind, flips, seed } = options;
  const random = createTestRandom(seed);
  const counts = { refused: 0, whole: 0 };
  const faults: string[] = [];
  const files = kind === 'lowdb' ? 2 : 1;
  await eachDamaged(
    options,
    function* (_, bytes) {
      for (let flip = 0; flip < Math.ceil(flips / files) && bytes.length > 0; flip += 1) {
        const damaged = Buffer.from(bytes);
        // The first of a file is always refused: whatever the seed, something is.
        const bit = flip === 0 ? 0 : Math.floor(random.number() * bytes.length * 8);
        damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
        yield { bytes: damaged, at: `bit ${bit}` };
      }
    },
    (outcome, at) => {
      if (outcome === 'refused') counts.refused += 1;
      else if (outcome === CHANGES) counts.whole += 1;
      else faults.push(`${at}: ${outcome}`);
    },
  );
  const done = counts.refused + counts.whole + faults.length;
  const figure =
    `${done} bits flipped: ${counts.refused} refused, ${counts.whole} without effect, ${faults.length} faults` +
    faults.map((fault) => `; seed ${seed}, ${fault}`).join('');
  return { name: `bit rot, ${kind}`, figure, holds: faults.length === 0 && counts.refused > 0 };
};

/** Cuts the journal anywhere: what is left has to be an earlier state, and a later cut never an earlier one. */
export const cutJournal = async (options: { directory: string; step: number }): Promise<Row> => {
  const reached: number[] = [];
  const faults: string[] = [];
  let refused = 0;
  await eachDamaged(
    { kind: 'lowdb', directory: options.directory },
    function* (name, bytes) {
      if (!name.includes('journal')) return;
      yield* cuts(bytes, options.step);
      yield { bytes, at: 'whole' };
    },
    (outcome, at) => {
      if (outcome === 'refused') refused += 1;
      else if (typeof outcome !== 'number') faults.push(`${at}: ${outcome}`);
      else if (outcome < (reached.at(-1) ?? 0)) faults.push(`${at}: state ${outcome} after state ${reached.at(-1)}`);
      else reached.push(outcome);
    },
  );
  const figure = `${reached.length + refused} cuts: ${reached.length} exactly an earlier state, ${refused} refused (within the first line)${faults
    .map((fault) => `; ${fault}`)
    .join('')}`;
  return { name: 'truncated journal, lowdb', figure, holds: faults.length === 0 && reached.length > refused };
};

/** Cuts the snapshot or the database anywhere: always refused. */
export const cutStore = async (options: { kind: Kind; directory: string; step: number }): Promise<Row> => {
  let refused = 0;
  const opened: string[] = [];
  await eachDamaged(
    options,
    (name, bytes) => (name.includes('journal') ? [] : cuts(bytes, options.step)),
    (outcome, at) => {
      if (outcome === 'refused') refused += 1;
      else opened.push(`${at}: ${outcome}`);
    },
  );
  return {
    name: `truncated ${options.kind === 'lowdb' ? 'snapshot' : 'database'}, ${options.kind}`,
    figure: `${refused} cuts refused, ${opened.length} opened${opened.map((fault) => `; ${fault}`).join('')}`,
    holds: opened.length === 0 && refused > 0,
  };
};
