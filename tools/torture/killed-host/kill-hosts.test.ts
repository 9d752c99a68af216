import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { killHosts } from './kill-hosts.ts';

test('a host that is killed while it imports, allocates and edits loses nothing and hands nobody out twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-kill-'));
  try {
    const report = await killHosts({ folder, kills: 8, random: Math.random, lifeMs: 600 });
    expect(report).toMatchObject({ faults: [], leftOver: [] });
    expect(report.imported).toBeGreaterThan(0);
    expect(report.handedOut).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a host that is killed while four callers allocate leaves each allocation whole or undone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-kill-'));
  try {
    const calls = ['allocate', 'allocate', 'allocate', 'allocate'] as const;
    const report = await killHosts({ folder, kills: 6, random: Math.random, lifeMs: 300, calls, fill: 2_000 });
    expect(report).toMatchObject({ faults: [], leftOver: [] });
    expect(report.handedOut).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
