import { setTimeout as sleep } from 'node:timers/promises';
import { findBrowser } from '@muster/sdk/browser';
import { answerAll } from '../torture/bls/person.ts';
import { defineBenchmark } from './benchmark.ts';
import { installPeers, openBls, runPeer, startSite, usedBy, type BenchSite, type BlsBench } from './lib-bls.ts';

const COUNT = { 5: 25, 10: 35 } as const;

interface Subject {
  readonly site: BenchSite;
  readonly bench: BlsBench;
  readonly peers: string;
  readonly browser: string;
  first: number;
}

/** Answers at once what the site wants to know, so that no person is measured. */
const answers = (url: string) => ({
  async answer({ kind, label }: { readonly kind: string; readonly label: string }): Promise<string | undefined> {
    const email = encodeURIComponent(label);
    const found = (await (await fetch(`${url}/${kind === 'captcha' ? '__captcha?email=' : '__mail?to='}${email}`)).json()) as
      | { readonly tiles: readonly number[] }
      | readonly { readonly code: string }[];
    if ('tiles' in found) return found.tiles.length > 0 ? found.tiles.join(' ') : undefined;
    return found[0]?.code;
  },
});

async function registerAll(
  { site, bench }: Subject,
  atOnce: 5 | 10,
): Promise<{ perMinute: number; cpuS: number; peakMb: number }> {
  const ids = await bench.add(COUNT[atOnce]);
  const someone = answerAll(() => bench.client, answers(site.url), 60);
  let took = 0;
  const work = (async () => {
    const job = await bench.run(ids, atOnce);
    for (;;) {
      const { counts, startedAt, endedAt } = await bench.client.call('getJob', { params: { id: job } });
      if (endedAt !== null) {
        took = endedAt - (startedAt ?? endedAt);
        if (counts.done !== ids.length) throw new Error(`${counts.done} of ${ids.length} were registered`);
        return;
      }
      // The host's own clock says how long it took, so that nothing of it is spent on being asked.
      await sleep(250);
    }
  })();
  const { use } = await usedBy(bench.pid, work);
  await someone.stop();
  return { perMinute: (ids.length * 60_000) / took, cpuS: use.cpuMs / 1_000 / ids.length, peakMb: use.peakMb };
}

/** Registrations at a local site with 150 ms a request, whole pages of 470 kB, captcha and code answered at once. */
export const benchmark = defineBenchmark<Subject>({
  name: 'bls-throughput',
  title: 'registrations a minute, 5 at once, through the whole host, at a site with 150 ms a request',
  n: COUNT[5],
  unit: 'registrations/min',
  bar: { atLeast: 140 },
  rounds: 1,
  also: {
    'at 10': { unit: 'registrations/min', bar: { atLeast: 230 } },
    'CPU at 5': { unit: 's per registration', bar: { atMost: 0.4 } },
    'CPU at 10': { unit: 's per registration', bar: { atMost: 0.4 } },
    'memory at 5': { unit: 'MB', bar: { atMost: 400 } },
    'memory at 10': { unit: 'MB', bar: { atMost: 500 } },
    'puppeteer-cluster': { unit: 'registrations/min', bar: {} },
    'puppeteer-cluster CPU': { unit: 's per registration', bar: {} },
    'puppeteer-cluster memory': { unit: 'MB', bar: {} },
  },
  async setup() {
    const site = await startSite({ latencyMs: 150, assetLatencyMs: 150, assets: true });
    const bench = await openBls(site.url);
    const { path } = await findBrowser();
    return { site, bench, peers: await installPeers(), browser: path, first: 100_000 };
  },
  async close({ site, bench }) {
    await bench[Symbol.asyncDispose]();
    await site[Symbol.asyncDispose]();
  },
  async run(subject) {
    const five = await registerAll(subject, 5);
    const ten = await registerAll(subject, 10);
    const cluster = await peer(subject, 'puppeteer-cluster');
    return {
      samples: [five.perMinute],
      also: {
        'at 10': ten.perMinute,
        'CPU at 5': five.cpuS,
        'CPU at 10': ten.cpuS,
        'memory at 5': five.peakMb,
        'memory at 10': ten.peakMb,
        'puppeteer-cluster': cluster.perMinute,
        'puppeteer-cluster CPU': cluster.use.cpuMs / 1_000 / COUNT[5],
        'puppeteer-cluster memory': cluster.use.peakMb,
      },
    };
  },
  versus: {
    name: 'crawlee, an incognito page for each, 5 at once',
    run: async (subject) => (await peer(subject, 'crawlee')).perMinute,
  },
});

async function peer(subject: Subject, name: 'crawlee' | 'puppeteer-cluster') {
  const { site, peers, browser } = subject;
  const first = subject.first;
  subject.first += COUNT[5];
  return runPeer(name, { folder: peers, site: site.url, browser, atOnce: 5, first, count: COUNT[5] });
}
