import type { Row } from './store/row.ts';
import { killedWhileTold, killOne, signals, talk, unlinkAll } from './whatsapp/scenes.ts';

/** The real host with the real library in real browsers, against the stand-in: about five minutes. */
export async function* torture(): AsyncGenerator<Row> {
  for (const count of [2, 5, 8]) yield talk(count);
  yield killOne(8);
  yield killedWhileTold(9);
  yield unlinkAll(3);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const)
    for (let round = 1; round <= 3; round++) yield signals(signal, round);
}
