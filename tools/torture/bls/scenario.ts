import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@muster/api';
import { isRunning, leftBrowsers, untilGone } from '@muster/sdk/browser';
import { startMortalHost, type MortalHost } from '../killed-host/mortal-host.ts';
import { applicantsCsv, importCsv } from './applicants.ts';
import { answerAll } from './person.ts';
import { openSite } from './site.ts';
import { deadAddress, openTestProxy, type TestProxy } from './test-proxies.ts';

export interface ScenarioOptions {
  /** An empty folder. */
  readonly folder: string;
  readonly applicants: number;
  readonly concurrency: number;
  readonly knobs?: Readonly<Record<string, unknown>>;
  readonly proxies?: { readonly good: number; readonly dead: number };
  /** How often each is killed on the way. */
  readonly hostKills: number;
  readonly browserKills: number;
  readonly random: () => number;
  /** Between two kills, at most. */
  readonly lifeMs: number;
  /** It is a fault when it is not over after so long. */
  readonly withinMs: number;
  readonly say?: (line: string) => void;
}

export interface ScenarioReport {
  readonly applicants: number;
  readonly once: number;
  readonly twice: readonly string[];
  readonly never: readonly string[];
  /** Posts of the last step for somebody who was registered already. */
  readonly doublePosts: number;
  readonly accountsCreated: number;
  readonly hostKills: number;
  readonly browserKills: number;
  readonly answered: number;
  readonly loginChecks: number;
  readonly leftBrowsers: number;
  readonly jobs: readonly {
    readonly state: string;
    readonly done: number;
    readonly failed: number;
    readonly uncertain: number;
  }[];
  readonly seconds: number;
  readonly proxies: readonly { readonly address: string; readonly served: number }[];
}

/** Registers many applicants while hosts and browsers are killed, then asks the site and the roster what came of it. */
export async function runScenario(options: ScenarioOptions): Promise<ScenarioReport> {
  const { folder, applicants, concurrency, knobs = {}, random, lifeMs, say = () => undefined } = options;
  const directory = join(folder, 'data');
  const browsers = join(directory, 'plugin-data/bls/browsers');
  await using site = await openSite(knobs);
  await using exits = await openProxies(options.proxies);
  const begun = performance.now();
  let host: MortalHost | undefined = await startMortalHost(directory);
  const kills = { host: 0, browser: 0 };
  const killed = (): boolean => kills.host + kills.browser > 0 || options.hostKills + options.browserKills === 0;
  // Nobody is registered without an answer: what is to be killed on the way is.
  const person = answerAll(() => (killed() ? host?.client : undefined), site);
  try {
    await prepare(host.client, { url: site.simulator.url, applicants, addresses: exits.addresses });
    let job = await register(host.client, concurrency);
    const jobs: string[] = [job];
    for (;;) {
      if (performance.now() - begun > options.withinMs)
        throw new Error(`not over after ${options.withinMs / 1_000} s: ${await stateOf(host.client, job)}`);
      const more = kills.host < options.hostKills || kills.browser < options.browserKills;
      await sleep(more ? 300 + random() * lifeMs : 300);
      const state = await stateOf(host.client, job);
      if (state !== 'running' && state !== 'paused') {
        // Those whose tries were used up are taken again, as an operator would.
        const left = await host.client.call('listAccounts', {
          query: { plugin: 'bls', where: '!data.blsStatus=created', limit: 1 },
        });
        if (left.total === 0 && !more) break;
        if (left.total === 0) break;
        say(`again, for ${left.total} that are left`);
        job = await register(host.client, concurrency);
        jobs.push(job);
        continue;
      }
      if (kills.browser < options.browserKills && (kills.host >= options.hostKills || random() < 0.6)) {
        const [browser] = await leftBrowsers(browsers);
        if (browser && (await isRunning(browser.pid))) {
          process.kill(browser.pid, 'SIGKILL');
          kills.browser += 1;
          say(`browser ${browser.pid} killed (${kills.browser})`);
        }
      } else if (kills.host < options.hostKills) {
        await host.kill();
        kills.host += 1;
        say(`host killed (${kills.host})`);
        host = await startMortalHost(directory);
      }
    }
    const { client } = host;
    const ended = await Promise.all(jobs.map((id) => client.call('getJob', { params: { id } })));
    const created = await client.call('listAccounts', {
      query: { plugin: 'bls', where: 'status=bls_created data.blsStatus=created', limit: 1 },
    });
    const running = await leftBrowsers(browsers);
    await host.stop();
    host = undefined;
    // A pid of the last browser: it ends with its host.
    await untilGone(
      running.map(({ pid }) => pid),
      30_000,
    );
    const known = await site.applicants();
    const wanted = Array.from(applicantsCsv(applicants).matchAll(/[\w.+-]+@[\w.-]+\w/g), ([email]) => email);
    const byEmail = new Map(known.map((one) => [one.email, one]));
    return {
      applicants,
      once: known.filter(({ registrations }) => registrations === 1).length,
      twice: known.filter(({ registrations }) => registrations > 1).map(({ email }) => email),
      never: wanted.filter((email) => (byEmail.get(email)?.registrations ?? 0) === 0),
      doublePosts: known.reduce((sum, { doublePosts }) => sum + doublePosts, 0),
      accountsCreated: created.total,
      hostKills: kills.host,
      browserKills: kills.browser,
      answered: person.answered(),
      loginChecks: known.reduce((sum, { loginChecks }) => sum + loginChecks, 0),
      leftBrowsers: (await leftBrowsers(browsers)).length,
      jobs: ended.map(({ state, counts }) => ({ state, done: counts.done, failed: counts.failed, uncertain: counts.uncertain })),
      seconds: Math.round((performance.now() - begun) / 1_000),
      proxies: exits.used(),
    };
  } finally {
    await person.stop();
    await host?.kill();
  }
}

async function openProxies(wanted: ScenarioOptions['proxies']) {
  const good: TestProxy[] = [];
  for (let made = 0; made < (wanted?.good ?? 0); made += 1) good.push(await openTestProxy());
  const dead = await Promise.all(Array.from({ length: wanted?.dead ?? 0 }, deadAddress));
  return {
    addresses: [...dead, ...good.map(({ address }) => address)],
    used: () => good.map(({ address, served }) => ({ address, served: served() })),
    async [Symbol.asyncDispose]() {
      await Promise.all(good.map((proxy) => proxy[Symbol.asyncDispose]()));
    },
  };
}

async function prepare(
  client: Client,
  { url, applicants, addresses }: { readonly url: string; readonly applicants: number; readonly addresses: readonly string[] },
): Promise<void> {
  await client.call('configurePlugin', { params: { plugin: 'bls' }, body: { siteUrl: url, stepTimeoutMs: 20_000 } });
  for (const address of addresses) await client.call('addProxy', { body: { address } });
  const stored = await importCsv(client, applicantsCsv(applicants));
  if (stored !== applicants) throw new Error(`${stored} of ${applicants} applicants were stored`);
}

async function register(client: Client, concurrency: number): Promise<string> {
  const body = { selection: { plugin: 'bls', where: '!data.blsStatus=created' }, concurrency };
  return (await client.call('runAction', { params: { plugin: 'bls', action: 'create' }, body })).id;
}

const stateOf = async (client: Client, id: string): Promise<string> => (await client.call('getJob', { params: { id } })).state;
