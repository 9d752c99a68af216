// A process that changes pairs for ever and says on its standard output what it tries and what was acknowledged, until it is killed.
// Arguments: kind of store, folder, number of writers, first number.
import { writeSync } from 'node:fs';
import { openPairs } from './open.ts';
import { allHalves, halves, PAIRS_EACH, type Kind } from './shape.ts';

const [kind, directory, writers, first] = process.argv.slice(2) as [Kind, string, string, string];

/** At once, so that a kill right behind it does not take the line along. */
const say = (line: string): void => {
  for (;;) {
    try {
      writeSync(1, `${line}\n`);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
};

const store = await openPairs(kind, directory);
if ((await store.count('pairs')) === 0)
  await store.commit(allHalves(Number(writers)).map((document) => ({ insert: 'pairs', document })));

let value = Number(first);
const write = async (writer: number): Promise<void> => {
  for (;;) {
    const pair = Math.floor(Math.random() * PAIRS_EACH);
    value += 1;
    const mine = value;
    say(`tried ${writer} ${pair} ${mine}`);
    await store.commit(halves(writer, pair).map((id) => ({ update: 'pairs', id, patch: { set: { value: mine } } })));
    say(`acknowledged ${writer} ${pair} ${mine}`);
  }
};
await Promise.all(Array.from({ length: Number(writers) }, (_, writer) => write(writer)));
