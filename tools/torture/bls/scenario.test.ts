import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runScenario } from './scenario.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'muster-bls-scenario-'))));
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));

test('everybody is registered once, though host and browser are killed on the way and a proxy is dead', async () => {
  const report = await runScenario({
    folder,
    applicants: 8,
    concurrency: 4,
    knobs: { latencyMs: 30, networkFaultRate: 0.02 },
    proxies: { good: 2, dead: 1 },
    hostKills: 2,
    browserKills: 1,
    random: Math.random,
    lifeMs: 1_500,
    withinMs: 280_000,
  });
  expect(report).toMatchObject({ once: 8, twice: [], never: [], doublePosts: 0, accountsCreated: 8, leftBrowsers: 0 });
  expect(report.hostKills + report.browserKills).toBeGreaterThan(0);
}, 300_000);
