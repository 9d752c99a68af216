import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient, hostSocket, unixFetch, type Client } from '@muster/api';

const command = fileURLToPath(new URL('../../../packages/cli/dist/bin.js', import.meta.url));
const READY_WITHIN_MS = 60_000;

export interface Simulation extends AsyncDisposable {
  readonly url: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** What it counted, from one of its own paths. */
  read<T>(path: string): Promise<T>;
  turn(knobs: Readonly<Record<string, unknown>>): Promise<void>;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

/** The simulator in a process of its own, as `muster sim` starts it. */
export async function startSimulation(knobs: Readonly<Record<string, unknown>>): Promise<Simulation> {
  const given = Object.entries(knobs).flatMap(([name, value]) => ['--knob', `${name}=${JSON.stringify(value)}`]);
  const child = spawn(process.execPath, [command, 'sim', 'k2think', '--json', ...given], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  let told: { url: string; config: Record<string, unknown> } | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    text += line;
    try {
      told = JSON.parse(text) as typeof told;
      break;
    } catch {
      // More lines of it come.
    }
  }
  if (!told) throw new Error(`the simulator said: ${text}`);
  const { url, config } = told;
  return {
    url,
    config,
    read: async <T>(path: string) => (await (await fetch(`${url}${path}`)).json()) as T,
    async turn(change) {
      const answer = await fetch(`${url}/sim/knobs`, { method: 'PUT', body: JSON.stringify(change) });
      if (!answer.ok) throw new Error(await answer.text());
    },
    [Symbol.asyncDispose]: () => end(child, 'SIGINT'),
  };
}

export interface HostProcess {
  readonly pid: number;
  readonly client: Client;
  /** As a power cut would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** The real host on a directory, in a process of its own. */
export async function startHostProcess(directory: string): Promise<HostProcess> {
  const args = ['--max-semi-space-size=4', command, 'serve', '--data', directory, '--quiet'];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const until = performance.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      const client = createClient({ fetch: unixFetch(await hostSocket(directory)) });
      const { pid } = (await client.call('getStatus')) as { readonly pid: number };
      if (pid === child.pid) {
        return { pid, client, kill: () => end(child, 'SIGKILL'), stop: () => end(child, 'SIGTERM') };
      }
    } catch (thrown) {
      if (performance.now() > until || child.exitCode !== null) throw thrown;
    }
    await sleep(25);
  }
}

export interface GatewaySetup {
  readonly directory: string;
  readonly port: number;
  readonly keys: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
}

/** Keys, settings and a token for a host; its gateway then opens by itself, also after a restart. */
export async function setUp(client: Client, { port, keys, config }: Omit<GatewaySetup, 'directory'>): Promise<string> {
  const upload = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(keys.join('\n'));
  };
  const settings = { autoValidateOnAdd: false, gatewayAtStart: true, gatewayPort: port, ...config };
  await client.call('configurePlugin', { params: { plugin: 'k2think' }, body: settings });
  let added = 0;
  for await (const line of client.stream(
    'importAccounts',
    { params: { plugin: 'k2think' }, query: { name: 'keys.txt' } },
    { upload: upload() },
  )) {
    if (line.kind === 'counts') added = line.outcomes['new'] ?? 0;
  }
  if (added !== keys.length) throw new Error(`${added} of ${keys.length} keys were taken`);
  const { token } = await client.call('createToken', { body: { name: 'load', scopes: ['operate'], expiresAt: null } });
  return token;
}

/** Waits until the gateway answers at all. */
export async function gatewayReady(url: string): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      await (await fetch(`${url}/models`)).text();
      return;
    } catch (thrown) {
      if (performance.now() > until) throw thrown;
      await sleep(25);
    }
  }
}
