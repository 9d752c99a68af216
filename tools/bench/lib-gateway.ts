import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Pool } from 'undici';
import { freePort } from '../torture/gateway/free-port.ts';
import { gatewayReady, setUp, startHostProcess } from '../torture/gateway/processes.ts';
import { quantile } from './report.ts';

/** A server that is measured: where requests go, and with which headers. */
export interface Target {
  /** Ends in `/v1`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const READY_WITHIN_MS = 60_000;

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

/** Runs a script beside this file until it says that it is ready. */
async function startScript(name: string, environment: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const path = fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(process.execPath, [path], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

const run = promisify(execFile);

/** The other gateway, with the versions of hono that it works with: the newest make every stream fail. */
async function installPortkey(folder: string): Promise<string> {
  const manifest = {
    private: true,
    dependencies: { '@portkey-ai/gateway': '1.15.2' },
    overrides: { hono: '4.9.7', '@hono/node-server': '1.13.5' },
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await run('npm', ['install', '--loglevel=error', '--ignore-scripts'], { cwd: folder, timeout: 180_000 });
  return join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');
}

export interface GatewayBench {
  readonly direct: Target;
  readonly muster: Target;
  readonly pipe: Target;
  readonly portkey: Target;
  close(): Promise<void>;
}

/**
 * Everything that is compared, each in a process of its own: a service that answers at once, muster's real host with its gateway,
 * a bare pipe and Portkey, installed for the time of the benchmark.
 */
export async function openGatewayBench(options: {
  readonly accounts: number;
  /** Requests of an account within a second. */
  readonly limit: number;
  /** The n-th key gets 429 from the service, always. */
  readonly limited?: number;
}): Promise<GatewayBench> {
  const { accounts, limit, limited } = options;
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-gateway-'));
  const closing: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true, maxRetries: 5 })];
  const close = async (): Promise<void> => {
    for (const each of closing.splice(0).toReversed()) await each();
  };
  try {
    const keys = Array.from({ length: accounts }, (_, index) => `IFM-bench-${String(index + 1).padStart(4, '0')}`);
    const limitedKey = limited === undefined ? undefined : keys[limited];
    const service = await freePort();
    const upstream = `http://127.0.0.1:${service}`;
    const served = await startScript('lib-gateway-upstream.mjs', {
      PORT: String(service),
      ...(limitedKey && { LIMITED: limitedKey }),
    });
    closing.push(() => end(served));

    const piped = await freePort();
    const pipe = await startScript('lib-gateway-pipe.mjs', { PORT: String(piped), UPSTREAM: upstream });
    closing.push(() => end(pipe));

    const port = await freePort();
    const host = await startHostProcess(join(folder, 'data'));
    closing.push(() => host.stop());
    const limits = { rateLimitPerAccount: limit, rateLimitWindowMs: 1_000, cooldownMs: 0, maxConcurrentPerAccount: 64 };
    const config = { baseUrl: `${upstream}/v1`, ...limits };
    const token = await setUp(host.client, { port, keys, config });
    await gatewayReady(`http://127.0.0.1:${port}/v1`);

    const script = await installPortkey(folder);
    const other = await freePort();
    const portkey = spawn(process.execPath, [script, `--port=${other}`, '--headless'], {
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: 'ignore',
    });
    closing.push(() => end(portkey));
    await answers(`http://127.0.0.1:${other}/`);
    const target = { provider: 'openai', custom_host: `${upstream}/v1` };
    const balanced = {
      strategy: { mode: 'loadbalance' },
      targets: keys.slice(0, 4).map((key) => Object.assign({ api_key: key }, target)),
    };
    return {
      direct: { url: `${upstream}/v1`, headers: { authorization: 'Bearer none' } },
      muster: { url: `http://127.0.0.1:${port}/v1`, headers: { authorization: `Bearer ${token}` } },
      pipe: { url: `http://127.0.0.1:${piped}/v1`, headers: { authorization: 'Bearer none' } },
      portkey: {
        url: `http://127.0.0.1:${other}/v1`,
        headers:
          limited === undefined
            ? { authorization: 'Bearer none', 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${upstream}/v1` }
            : { 'x-portkey-config': JSON.stringify(balanced) },
      },
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function answers(url: string): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      await (await fetch(url)).text();
      return;
    } catch (thrown) {
      if (performance.now() > until) throw thrown;
      await sleep(50);
    }
  }
}

export interface Figures {
  readonly perSecond: number;
  /** In ms. */
  readonly p50: number;
  readonly p99: number;
  readonly calls: number;
  readonly failed: number;
}

const bodyOf = (stream: boolean): string =>
  JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Say hello.' }], ...(stream && { stream }) });

const WARM_UP = 0.25;

/** So many clients, each with one request at a time; `calls` ends it after so many, `forMs` after so long (a quarter more first, uncounted). */
export async function closedLoop(
  { url, headers }: Target,
  options: { readonly clients: number; readonly stream?: boolean } & ({ readonly forMs: number } | { readonly calls: number }),
): Promise<Figures> {
  const { clients, stream = false } = options;
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: clients, pipelining: 1 });
  const body = bodyOf(stream);
  const request = {
    path: `${pathname}/chat/completions`,
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body,
  } as const;
  const times: number[] = [];
  let failed = 0;
  let started = 0;
  const begin = performance.now();
  const warm = 'forMs' in options ? begin + options.forMs * WARM_UP : begin;
  const until = 'forMs' in options ? warm + options.forMs : Infinity;
  const most = 'calls' in options ? options.calls : Infinity;

  const once = (): Promise<number> =>
    new Promise((resolve, reject) => {
      let status = 0;
      let bytes = 0;
      pool.dispatch(request, {
        onRequestStart: () => undefined,
        onResponseStart: (_, code) => void (status = code),
        onResponseData: (_, piece) => void (bytes += piece.length),
        onResponseEnd: () => resolve(bytes > 0 ? status : 0),
        onResponseError: (_, error) => reject(error),
      });
    });
  const client = async (): Promise<void> => {
    for (let at = performance.now(); at < until && started < most; at = performance.now()) {
      started += 1;
      const status = await once();
      if (at < warm) continue;
      times.push(performance.now() - at);
      if (status !== 200) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - warm) / 1_000;
  await pool.close();
  return {
    perSecond: times.length / seconds,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    calls: times.length,
    failed,
  };
}
