import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { killGateways } from './rotation/kill-gateways.ts';

test('gateways that are killed never put an account over its limit, as its service counts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-torture-'));
  try {
    const options = { folder, kills: 4, random: Math.random, accounts: 3, limit: 20, windowMs: 2_000, lifeMs: 600 };
    const { over, requests } = await killGateways(options);
    expect(over).toEqual([]);
    expect(requests).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
