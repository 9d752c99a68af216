import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScenario, type ScenarioOptions, type ScenarioReport } from './bls/scenario.ts';
import type { Row } from './store/row.ts';

const say = (line: string): void => console.error(`  ${line}`);

async function inFolder(options: Omit<ScenarioOptions, 'folder' | 'random' | 'say'>): Promise<ScenarioReport> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-bls-'));
  try {
    return await runScenario({ ...options, folder, random: Math.random, say });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

const rowOf = (name: string, report: ScenarioReport): Row => {
  const {
    applicants,
    once,
    twice,
    never,
    doublePosts,
    accountsCreated,
    hostKills,
    browserKills,
    leftBrowsers,
    loginChecks,
    seconds,
    jobs,
  } = report;
  return {
    name,
    figure:
      `${once} of ${applicants} registered once, ${twice.length} twice, ${never.length} never, ${doublePosts} posts for somebody registered, ` +
      `${accountsCreated} accounts say so; ${hostKills} kills of the host, ${browserKills} of the browser, the site asked ${loginChecks} times; ` +
      `${leftBrowsers} browsers left; ${jobs.length} jobs, ${seconds} s`,
    holds:
      once === applicants &&
      twice.length === 0 &&
      never.length === 0 &&
      doublePosts === 0 &&
      accountsCreated === applicants &&
      leftBrowsers === 0,
  };
};

/** Applicants registered while hosts and browsers are killed: about fifteen minutes. */
export async function* torture(): AsyncGenerator<Row> {
  const judged = await inFolder({
    applicants: 200,
    concurrency: 10,
    knobs: { networkFaultRate: 0.05, latencyMs: 30 },
    proxies: { good: 4, dead: 2 },
    hostKills: 2,
    browserKills: 3,
    lifeMs: 15_000,
    withinMs: 30 * 60_000,
  });
  yield rowOf('200 applicants, 5 % network faults, 2 of 6 proxies dead, host killed twice, browser three times', judged);
  const killed = await inFolder({
    applicants: 150,
    concurrency: 5,
    knobs: { networkFaultRate: 0.02, latencyMs: 100 },
    hostKills: 50,
    browserKills: 10,
    lifeMs: 5_000,
    withinMs: 30 * 60_000,
  });
  yield rowOf('150 applicants, host killed at 50 random moments, browser at 10', killed);
}
