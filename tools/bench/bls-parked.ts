import { setTimeout as sleep } from 'node:timers/promises';
import { findBrowser, processUsage } from '@muster/sdk/browser';
import { defineBenchmark } from './benchmark.ts';
import { openBls, startSite, type BenchSite, type BlsBench } from './lib-bls.ts';

const PARKED = 20;
const WATCHED_MS = 8_000;

/** Waits until so many tasks ask a person, and their pages have come to rest. */
async function parked({ client }: BlsBench, count: number): Promise<void> {
  while ((await client.call('listPrompts')).length < count) await sleep(200);
  await sleep(3_000);
}

/** MB for each task that waits for a person, and the CPU of all of them. */
async function park(site: BenchSite, browserPath: string): Promise<{ readonly mb: number; readonly cpuPercent: number }> {
  await using bench = await openBls(site.url, { browserPath, promptMs: 3_600_000 });
  await bench.run(await bench.add(2), 2);
  await parked(bench, 2);
  const few = await processUsage(bench.pid);
  await bench.run(await bench.add(PARKED), PARKED);
  await parked(bench, 2 + PARKED);
  const many = await processUsage(bench.pid);
  await sleep(WATCHED_MS);
  const later = await processUsage(bench.pid);
  for (const job of (await bench.client.call('listJobs')).jobs) await bench.client.call('cancelJob', { params: { id: job.id } });
  return { mb: (many.pssBytes - few.pssBytes) / PARKED / 1e6, cpuPercent: ((later.cpuMs - many.cpuMs) / WATCHED_MS) * 100 };
}

/** What a registration costs while it waits for somebody to look at its captcha. */
export const benchmark = defineBenchmark<{ readonly site: BenchSite; readonly lean: string; readonly full: string }>({
  name: 'bls-parked',
  title: 'memory of one registration that waits for a person, its page live',
  n: PARKED,
  unit: 'MB',
  bar: { atMost: 20 },
  rounds: 1,
  also: { 'CPU of all': { unit: '% of one core', bar: { atMost: 5 } } },
  async setup() {
    const site = await startSite({ assets: true });
    return { site, lean: (await findBrowser({ lean: true })).path, full: (await findBrowser()).path };
  },
  async close({ site }) {
    await site[Symbol.asyncDispose]();
  },
  async run({ site, lean }) {
    const { mb, cpuPercent } = await park(site, lean);
    return { samples: [mb], also: { 'CPU of all': cpuPercent } };
  },
  versus: { name: 'the same with full Chromium', run: async ({ site, full }) => (await park(site, full)).mb },
});
