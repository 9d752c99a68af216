import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient, readHostInfo, unixFetch, watch, type Client } from '@muster/api';
import type { Simulator } from '@muster/sdk';
import { leftBrowsers, processTable, processTree, processUsage } from '@muster/sdk/browser';
import whatsapp from '@muster/plugin-whatsapp';
import { until } from '../until.ts';

const COMMAND = fileURLToPath(new URL('../../../packages/cli/dist/bin.js', import.meta.url));
const WITHIN_MS = 120_000;

export interface WorldOptions {
  readonly knobs?: Readonly<Record<string, unknown>>;
  readonly config?: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One real host in a process of its own, the stand-in of WhatsApp Web, and numbers whose phones scan by themselves. */
export class WhatsAppWorld {
  readonly simulator: Simulator;
  /** Texts of messages that arrived, in their order, by who got them. */
  readonly arrived = new Map<string, string[]>();
  /** How many arrived in all. */
  arrivals = 0;
  readonly remedies: string[] = [];
  readonly #folder: string;
  #host: ChildProcess | undefined;
  #client: Client | undefined;
  #watching: { unsubscribe(): void } | undefined;
  readonly #ids = new Map<string, string>();
  readonly #numbers = new Map<string, string>();
  /** Pids of browsers and their children. */
  readonly #seen = new Set<number>();

  private constructor(folder: string, simulator: Simulator) {
    this.#folder = folder;
    this.simulator = simulator;
  }

  static async open({ knobs = {}, config = {} }: WorldOptions = {}): Promise<WhatsAppWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'muster-whatsapp-'));
    const start = await whatsapp.simulator?.();
    if (!start) throw new Error('the plugin has no simulator');
    const simulator = await start.default({ knobs: { autoScanMs: 50, ...knobs } });
    const world = new WhatsAppWorld(folder, simulator);
    await world.start();
    const settings = { ...simulator.config, sendPaceMs: 0, ...config };
    await world.client.call('configurePlugin', { params: { plugin: 'whatsapp' }, body: settings });
    return world;
  }

  get client(): Client {
    if (!this.#client) throw new Error('no host runs');
    return this.#client;
  }

  get pid(): number {
    return this.#host?.pid ?? 0;
  }

  async start(): Promise<void> {
    const host = spawn(process.execPath, [COMMAND, 'serve', '--data', this.#folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    this.#host = host;
    const end = performance.now() + WITHIN_MS;
    for (;;) {
      const info = await readHostInfo(this.#folder);
      if (info?.pid === host.pid && typeof info?.socket === 'string') {
        this.#client = createClient({ fetch: unixFetch(info.socket) });
        // It answers before it is ready, and says so.
        if (
          await this.#client.call('getStatus').then(
            () => true,
            () => false,
          )
        )
          break;
      }
      if (performance.now() > end || host.exitCode !== null) throw new Error('the host did not start');
      await sleep(20);
    }
    this.#watching = watch(this.#client, { topics: ['event'] }).subscribe((message) => {
      if (message.kind !== 'event') return;
      const { type, fields } = message.event as { type: string; fields?: Readonly<Record<string, unknown>> | null };
      if (type === 'whatsapp.remedy.applied') this.remedies.push(String(fields?.['remedy']));
      if (type !== 'whatsapp.message.received') return;
      const name = String(fields?.['clientId']);
      const texts = this.arrived.get(name) ?? [];
      texts.push(String(fields?.['text']));
      this.arrived.set(name, texts);
      this.arrivals += 1;
    });
  }

  /** Sends the signal to the host and waits for its end. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const host = this.#host;
    if (!host || host.exitCode !== null || host.signalCode !== null) return;
    const ended = new Promise((resolve) => host.once('exit', resolve));
    this.#watching?.unsubscribe();
    await this.#client?.close();
    host.kill(signal);
    await ended;
  }

  /** Opens so many numbers, all at once, and waits until they are ready. */
  async link(count: number): Promise<string[]> {
    const names = Array.from({ length: count }, (_unused, at) => `n${at + 1}`);
    for (const clientId of names) {
      const { id } = await this.client.call('addAccount', { body: { plugin: 'whatsapp', data: { clientId } } });
      this.#ids.set(clientId, id);
    }
    await Promise.all(names.map((name) => this.client.call('openSession', { params: { account: this.id(name) }, body: {} })));
    await this.untilReady(names);
    for (const name of names) this.#numbers.set(name, await this.#numberOf(name));
    return names;
  }

  id(name: string): string {
    return this.#ids.get(name) ?? name;
  }

  number(name: string): string {
    return this.#numbers.get(name) ?? '';
  }

  async #numberOf(name: string): Promise<string> {
    let number: unknown;
    await until(`the number of ${name}`, async () => {
      const { data } = await this.client.call('getAccount', { params: { id: this.id(name) } });
      number = (data as Readonly<Record<string, unknown>>)['phone'];
      return typeof number === 'string';
    });
    return String(number);
  }

  async states(): Promise<Map<string, string>> {
    const { sessions } = await this.client.call('listSessions', { query: {} });
    return new Map(sessions.map(({ label, state }) => [label, state]));
  }

  /** Private memory of each browser with all its processes, in MB, measured now, in the order of their names. */
  async memory(): Promise<number[]> {
    const found = (await this.browsers()).toSorted((one, other) => one.name.localeCompare(other.name));
    const usages = await Promise.all(found.map(({ pid }) => processUsage(pid)));
    return usages.map(({ privateBytes }) => privateBytes / 1_048_576);
  }

  async untilReady(names: readonly string[]): Promise<void> {
    await until(
      `${names.join(', ')} ready`,
      async () => {
        const states = await this.states();
        return names.every((name) => states.get(name) === 'ready');
      },
      () => this.states(),
    );
  }

  /** `POST /api/message/send-text`, as a script would. */
  send(from: string, to: string, text: string): Promise<Answer> {
    return this.api('POST', '/api/message/send-text', { clientId: from, phone: to, message: text, key: text });
  }

  async api(method: string, path: string, body?: unknown): Promise<Answer> {
    const info = await readHostInfo(this.#folder);
    const fetch = unixFetch(info?.socket ?? '');
    const response = await fetch(`http://localhost${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }

  /** What a phone or the network does. */
  async phone(what: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    const response = await fetch(`${this.simulator.url}/${what}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${what}: ${await response.text()}`);
  }

  /** Texts of the last 200 messages of a chat that the host keeps. */
  async kept(name: string, chat: string): Promise<string[]> {
    const params = { plugin: 'whatsapp', view: 'chats' };
    const { sections } = await this.client.call('readView', { params, query: { account: this.id(name), chat } });
    return sections.flatMap((section) => (section.kind === 'log' ? section.lines.map(({ text }) => text) : []));
  }

  async browsers(): Promise<{ readonly name: string; readonly pid: number }[]> {
    const found = await leftBrowsers(join(this.#folder, 'sessions'));
    return found.map(({ pid, profile }) => ({ pid, name: profile.split('/session-')[1] ?? '' }));
  }

  /** Processes of browsers, with all that descend from them, that run now; also of those that were seen before. */
  async processes(): Promise<number> {
    const table = await processTable();
    for (const { pid } of await this.browsers()) for (const one of processTree(pid, table)) this.#seen.add(one.pid);
    return table.filter(({ pid, zombie }) => this.#seen.has(pid) && !zombie).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGTERM');
    await this.simulator.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
