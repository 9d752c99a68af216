import { setTimeout as sleep } from 'node:timers/promises';
import { WhatsAppWorld } from '../torture/whatsapp/world.ts';
import { defineBenchmark } from './benchmark.ts';
import { libraryAlone } from './lib-wa-library.ts';

/** Of one alone, pages of files that nobody shares with it would count as its own. */
const SESSIONS = 4;
const SETTLE_MS = 15_000;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

async function perSession(engine: 'lean' | 'full'): Promise<number> {
  await using world = await WhatsAppWorld.open({ config: { engine } });
  await world.link(SESSIONS);
  await sleep(SETTLE_MS);
  return mean(await world.memory());
}

export const benchmark = defineBenchmark<null>({
  name: 'wa-memory',
  title: `private memory of the browser of a ready WhatsApp session, of ${SESSIONS} at once, before the page's own heap`,
  n: SESSIONS,
  unit: 'MB',
  bar: { atMost: 55 },
  rounds: 2,
  setup: async () => null,
  async run() {
    return { samples: [await perSession('lean')], also: { 'full Chromium': await perSession('full') } };
  },
  versus: {
    name: 'whatsapp-web.js alone, with the browser as it starts it',
    run: async () => mean(await libraryAlone(SESSIONS, SETTLE_MS)),
  },
  also: { 'full Chromium': { unit: 'MB', bar: { atMost: 80 } } },
});
