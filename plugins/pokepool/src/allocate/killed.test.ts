import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestAccount } from '@muster/sdk/testing';
import { expect, test } from 'vitest';
import pokepool from '../index.ts';
import type { Disk } from './killed.ts';
import { readLeases } from './leases.ts';
import { checksumOf } from './target.ts';

const program = fileURLToPath(new URL('killed.ts', import.meta.url));
const FORMER = 'former,file\n';

/** A pool of eight in a file, and a folder with a former accounts.csv. */
async function place() {
  const folder = await mkdtemp(join(tmpdir(), 'muster-killed-'));
  const state = join(folder, 'pool.json');
  const out = join(folder, 'out');
  await mkdir(out);
  const csv = join(out, 'accounts.csv');
  const accounts = Array.from({ length: 8 }, (_, index) =>
    createTestAccount(pokepool, { username: `user${index + 1}`, password: `pass${index + 1}` }, index),
  );
  await writeFile(state, JSON.stringify({ accounts, checkpoint: null } satisfies Disk));
  await writeFile(csv, FORMER);
  return {
    csv,
    /** Runs the program; `killAt` 0 lets it end, a negative one kills it after so many milliseconds. */
    run: (killAt: number) =>
      new Promise<string>((resolve, reject) => {
        const child = spawn(process.execPath, ['--conditions=muster:source', program, state, csv, '5', `${Math.max(0, killAt)}`]);
        let text = '';
        let errors = '';
        child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()));
        child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()));
        if (killAt < 0) setTimeout(() => child.kill('SIGKILL'), -killAt).unref();
        child.once('error', reject).once('close', (code, signal) => {
          if (code === 0 || signal === 'SIGKILL') resolve(text);
          else reject(new Error(errors));
        });
      }),
    pool: async () => (JSON.parse(await readFile(state, 'utf8')) as Disk).accounts,
    beside: () => readdir(out),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Whole: the first five are in the file, used once, and nobody holds anything. */
async function expectWhole(there: Awaited<ReturnType<typeof place>>): Promise<void> {
  const pool = await there.pool();
  expect(await readFile(there.csv, 'utf8')).toBe(
    `username,password,provider,model,iOS,id\n${[1, 2, 3, 4, 5].map((n) => `user${n},pass${n},ptc,,,\n`).join('')}`,
  );
  expect(pool.map(({ uses, state, holder }) => `${uses} ${state} ${holder}`)).toEqual([
    ...Array.from({ length: 5 }, () => '1 ready null'),
    ...Array.from({ length: 3 }, () => '0 ready null'),
  ]);
  expect(await there.beside()).toEqual(['accounts.csv', 'accounts.csv.leases.json']);
  const leases = await readLeases(there.csv);
  expect(leases).toMatchObject({ sha256: await checksumOf(there.csv), owner: 'file', leasedUntil: null });
  expect(leases?.leases.map(({ username, fence }) => `${username} ${fence}`)).toEqual(
    pool.slice(0, 5).map(({ label, fence }) => `${label} ${fence}`),
  );
}

test('killed at any step and run again, an allocation has happened once and whole', async () => {
  await using whole = await place();
  const { steps } = JSON.parse(await whole.run(0)) as { steps: number };
  await expectWhole(whole);
  expect(steps).toBeGreaterThan(5);
  const attempts = Array.from({ length: steps }, (_, index) => async () => {
    await using there = await place();
    expect(await there.run(index + 1)).toBe('');
    // The file is one or the other, never half.
    const text = await readFile(there.csv, 'utf8');
    expect([FORMER, await readFile(whole.csv, 'utf8')]).toContain(text);
    await there.run(0);
    await expectWhole(there);
  });
  for (const attempt of attempts) await attempt();
});

test('killed at random moments, again and again, it is whole in the end', async () => {
  await using there = await place();
  for (let round = 0; round < 5; round++) await there.run(-(60 + round * 40));
  await there.run(0);
  await expectWhole(there);
});
