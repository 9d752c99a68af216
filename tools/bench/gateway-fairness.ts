import { defineBenchmark } from './benchmark.ts';
import { closedLoop, openGatewayBench, type GatewayBench, type Target } from './lib-gateway.ts';

const CALLS = 600;

const failedShare = async (target: Target): Promise<number> => {
  const { calls, failed } = await closedLoop(target, { clients: 8, calls: CALLS });
  return (failed / calls) * 100;
};

export const benchmark = defineBenchmark<GatewayBench>({
  name: 'gateway-fairness',
  title: `${CALLS} calls over four accounts of which one always answers 429: calls that fail for the client`,
  n: CALLS,
  unit: '% failed',
  bar: { atMost: 0 },
  rounds: 5,
  setup: () => openGatewayBench({ accounts: 4, limit: 1_000, limited: 1 }),
  close: (subject) => subject.close(),
  run: ({ muster }) => failedShare(muster),
  versus: {
    name: '@portkey-ai/gateway 1.15.2, its load balancer over the four keys',
    run: ({ portkey }) => failedShare(portkey),
  },
});
