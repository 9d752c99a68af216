import { defineBenchmark, type Also } from './benchmark.ts';
import { closedLoop, openGatewayBench, type Figures, type GatewayBench } from './lib-gateway.ts';

const ACCOUNTS = 1_000;
const CLIENTS = 64;
const FOR_MS = 2_000;

function check(figures: Figures, name: string): Figures {
  if (figures.failed > 0) throw new Error(`${figures.failed} of ${figures.calls} calls of ${name} failed`);
  return figures;
}

export const benchmark = defineBenchmark<GatewayBench>({
  name: 'gateway',
  title: `Chat completions of 1 kB through the gateway of the real host, ${ACCOUNTS} accounts, limits on; ${CLIENTS} clients`,
  n: ACCOUNTS,
  unit: 'requests/s',
  bar: { atLeast: 8_000, ratioAtLeast: 1 },
  rounds: 5,
  also: {
    added: { unit: 'ms added p50 at one client', bar: { atMost: 0.25 } },
    sse: { unit: 'times direct, a stream of 53 frames at one client', bar: { atMost: 2 } },
    p50: { unit: 'ms p50 at 64 clients', bar: {} },
    pipe: { unit: 'requests/s, a bare undici pipe', bar: {} },
    pipeAdded: { unit: 'ms added p50 by the pipe', bar: {} },
    direct: { unit: 'requests/s, direct', bar: {} },
    streams: { unit: 'streams/s at 16 clients', bar: {} },
    pipeStreams: { unit: 'streams/s at 16 clients, the pipe', bar: {} },
  },
  setup: () => openGatewayBench({ accounts: ACCOUNTS, limit: 20 }),
  close: (subject) => subject.close(),
  async run({ direct, muster, pipe }) {
    const one = { clients: 1, forMs: FOR_MS / 2 };
    const many = { clients: CLIENTS, forMs: FOR_MS };
    const streams = { clients: 16, stream: true, forMs: FOR_MS / 2 };
    const ours = check(await closedLoop(muster, many), 'muster');
    const [directOne, oursOne, pipeOne] = [
      await closedLoop(direct, one),
      await closedLoop(muster, one),
      await closedLoop(pipe, one),
    ];
    const sseDirect = await closedLoop(direct, { ...one, stream: true });
    const sseOurs = check(await closedLoop(muster, { ...one, stream: true }), 'streams of muster');
    const also: Also = {
      added: oursOne.p50 - directOne.p50,
      sse: sseOurs.p50 / sseDirect.p50,
      p50: ours.p50,
      pipe: (await closedLoop(pipe, many)).perSecond,
      pipeAdded: pipeOne.p50 - directOne.p50,
      direct: (await closedLoop(direct, many)).perSecond,
      streams: check(await closedLoop(muster, streams), 'streams of muster').perSecond,
      pipeStreams: (await closedLoop(pipe, streams)).perSecond,
    };
    return { samples: [ours.perSecond], also };
  },
  versus: {
    name: '@portkey-ai/gateway 1.15.2, one key, no limits',
    run: async ({ portkey }) => check(await closedLoop(portkey, { clients: CLIENTS, forMs: FOR_MS }), 'Portkey').perSecond,
  },
});
