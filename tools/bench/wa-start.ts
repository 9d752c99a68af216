import { setTimeout as sleep } from 'node:timers/promises';
import { WhatsAppWorld } from '../torture/whatsapp/world.ts';
import { defineBenchmark } from './benchmark.ts';

const MANY = 8;

interface Subject {
  readonly one: WhatsAppWorld;
  readonly many: WhatsAppWorld;
}

const readyMs = async (world: WhatsAppWorld, count: number, begin: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await begin();
  for (;;) {
    const states = [...(await world.states()).values()];
    if (states.filter((state) => state === 'ready').length === count) return performance.now() - began;
    await sleep(10);
  }
};

export const benchmark = defineBenchmark<Subject>({
  name: 'wa-start',
  title: 'opening a linked WhatsApp session until it is ready, lean browser, and all of eight after a restart of the host',
  n: 1,
  unit: 'ms',
  bar: { atMost: 2_000 },
  async setup() {
    const [one, many] = [await WhatsAppWorld.open(), await WhatsAppWorld.open()];
    await one.link(1);
    await many.link(MANY);
    return { one, many };
  },
  async run({ one, many }) {
    const account = one.id('n1');
    const samples: number[] = [];
    for (let time = 0; time < 3; time++) {
      await one.client.call('closeSession', { params: { account } });
      samples.push(await readyMs(one, 1, () => one.client.call('openSession', { params: { account }, body: {} })));
    }
    await many.processes();
    const began = performance.now();
    await many.end('SIGTERM');
    const stopped = performance.now() - began;
    const left = await many.processes();
    return {
      samples,
      also: {
        'eight, from the start of the host': await readyMs(many, MANY, () => many.start()),
        'stop of the host with eight': stopped,
        'processes left by it': left,
      },
    };
  },
  also: {
    'eight, from the start of the host': { unit: 'ms', bar: { atMost: 10_000 } },
    'stop of the host with eight': { unit: 'ms', bar: {} },
    'processes left by it': { unit: '', bar: { atMost: 0 } },
  },
  async close({ one, many }) {
    await one[Symbol.asyncDispose]();
    await many[Symbol.asyncDispose]();
  },
});
