import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Client } from '@muster/api';
import bls from '@muster/plugin-bls';
import { processTable, processTree, processUsage } from '@muster/sdk/browser';
import { makeDirectory, removeDirectory, startHost } from './lib-host.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export interface BenchSite extends AsyncDisposable {
  readonly url: string;
}

/** The simulator's site in a process of its own. */
export async function startSite(knobs: Readonly<Record<string, unknown>>): Promise<BenchSite> {
  const child = spawn(process.execPath, [here('lib-bls-site.mjs'), JSON.stringify(knobs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
    child.once('exit', (code) => reject(new Error(`the site ended with ${code}`)));
  });
  return { url, [Symbol.asyncDispose]: () => ended(child) };
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill();
  });

/** What a run used, of a process and all that descends from it, browsers included. */
export interface Use {
  readonly cpuMs: number;
  readonly peakMb: number;
}

/** CPU of a tree, those included that ended and were waited for. */
async function treeCpuMs(pid: number): Promise<number> {
  const tree = processTree(pid, await processTable());
  const stats = await Promise.all(tree.map((one) => readFile(`/proc/${one.pid}/stat`, 'utf8').catch(() => '')));
  return stats.reduce((sum, stat) => {
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((all, at) => all + Number(fields[at] ?? 0), 0);
    return sum + (Number.isNaN(ticks) ? 0 : ticks * 10);
  }, 0);
}

/** Watches a tree while `work` runs. */
export async function usedBy<T>(pid: number, work: Promise<T>): Promise<{ readonly result: T; readonly use: Use }> {
  const before = await treeCpuMs(pid);
  let cpu = before;
  let peak = 0;
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      const { pssBytes } = await processUsage(pid);
      peak = Math.max(peak, pssBytes);
      cpu = Math.max(cpu, await treeCpuMs(pid));
      await sleep(400);
    }
  })();
  try {
    const result = await work;
    cpu = Math.max(cpu, await treeCpuMs(pid));
    return { result, use: { cpuMs: cpu - before, peakMb: peak / 1e6 } };
  } finally {
    over.abort();
    await watching;
  }
}

export interface BlsBench extends AsyncDisposable {
  readonly client: Client;
  readonly pid: number;
  /** Adds so many new applicants and gives their ids. */
  add(count: number): Promise<string[]>;
  run(ids: readonly string[], concurrency: number): Promise<string>;
}

/** A host of its own with the site set. */
export async function openBls(site: string, config: Readonly<Record<string, unknown>> = {}): Promise<BlsBench> {
  const directory = await makeDirectory('lowdb');
  const host = await startHost(directory);
  const { client, pid } = host;
  await client.call('configurePlugin', { params: { plugin: 'bls' }, body: { siteUrl: site, ...config } });
  let made = 0;
  return {
    client,
    pid,
    async add(count) {
      const rows = (bls.demo?.(made + count) ?? []).slice(made);
      made += count;
      const ids: string[] = [];
      for (const data of rows) ids.push((await client.call('addAccount', { body: { plugin: 'bls', data } })).id);
      return ids;
    },
    async run(ids, concurrency) {
      const body = { selection: { ids: [...ids] }, concurrency };
      return (await client.call('runAction', { params: { plugin: 'bls', action: 'create' }, body })).id;
    },
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      await removeDirectory(directory);
    },
  };
}

const PEERS = ['puppeteer@25.16.0', 'puppeteer-cluster@0.25.0', '@crawlee/puppeteer@3.18.1'];

/** The peers, installed beside everything of ours; kept for the next run. */
export async function installPeers(): Promise<string> {
  const folder = join(tmpdir(), 'muster-bench-peers');
  const done = join(folder, 'done');
  if (
    await access(done).then(
      () => true,
      () => false,
    )
  )
    return folder;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  const env = { ...process.env, PUPPETEER_SKIP_DOWNLOAD: '1' };
  await promisify(execFile)('npm', ['install', '--loglevel=error', '--legacy-peer-deps', ...PEERS], { cwd: folder, env });
  await writeFile(done, '');
  return folder;
}

export interface PeerRun {
  readonly perMinute: number;
  readonly failed: number;
  readonly use: Use;
}

export async function runPeer(
  peer: 'crawlee' | 'puppeteer-cluster',
  {
    folder,
    site,
    browser,
    atOnce,
    first,
    count,
  }: {
    readonly folder: string;
    readonly site: string;
    readonly browser: string;
    readonly atOnce: number;
    readonly first: number;
    readonly count: number;
  },
): Promise<PeerRun> {
  const args = [here('lib-bls-peer.mjs'), peer, folder, site, browser, String(atOnce), String(first), String(count)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: folder });
  const said = new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
    child.once('close', (code) => (code === 0 ? resolve(text) : reject(new Error(`${peer} ended with ${code}`))));
  });
  const { result, use } = await usedBy(child.pid ?? 0, said);
  const { ms, failed } = JSON.parse(result.trim().split('\n').at(-1) ?? '') as { ms: number; failed: number };
  return { perMinute: ((count - failed) * 60_000) / ms, failed, use };
}
