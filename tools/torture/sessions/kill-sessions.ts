import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, SessionRow } from '@muster/api';
import { addWirePlugin, openWireServer, type WireServer } from '@muster/core/testing';
import { until } from '../until.ts';
import { startMortalHost, type MortalHost } from '../killed-host/mortal-host.ts';

const PATIENCE_MS = 60_000;

export interface KillSessionsOptions {
  /** A data directory to be made. */
  readonly directory: string;
  readonly kills: number;
  readonly sessions: number;
  readonly random: () => number;
  /** The host lives at most so long under its callers. */
  readonly lifeMs: number;
}

export interface KillSessionsReport {
  readonly kills: number;
  readonly opened: number;
  readonly closed: number;
  /** Sessions that were ready again after a kill. */
  readonly returned: number;
  readonly faults: readonly string[];
}

/** What was last asked of a session; unsure while nobody has said that it is done. */
type Wish = 'open' | 'closed' | 'unsure';

/**
 * Kills the real host again and again while callers open and close sessions, and each time looks whether those that were to be
 * open come back, ready, and no others.
 */
export async function killSessions(options: KillSessionsOptions): Promise<KillSessionsReport> {
  const { directory, kills, random, lifeMs } = options;
  const server = await openWireServer();
  const names = Array.from({ length: options.sessions }, (_, at) => `wire${at}`);
  const wishes = new Map<string, Wish>(names.map((name) => [name, 'closed']));
  const faults: string[] = [];
  const done = { opened: 0, closed: 0, returned: 0 };
  server.know(...names);
  await addWirePlugin(directory);
  try {
    let host = await startMortalHost(directory);
    await host.client.call('configurePlugin', { params: { plugin: 'wire' }, body: { port: server.port } });
    for (const name of names) await host.client.call('addAccount', { body: { plugin: 'wire', data: { name } } });
    for (let round = 0; round < kills; round += 1) {
      const gone = new AbortController();
      const callers = [1, 2, 3].map(() => call(host.client, { names, wishes, random, signal: gone.signal, done }));
      // Whatever the machine is busy with, the first has opened something.
      await until('the first host has opened a session', () => done.opened > 0);
      await sleep(random() * lifeMs);
      await host.kill();
      gone.abort();
      await Promise.all(callers);
      host = await startMortalHost(directory);
      done.returned += await settled(host.client, { wishes, server, faults, round });
    }
    await endInOrder(host, { server, directory, faults });
  } finally {
    await server.close();
  }
  for (const name of new Set(server.doubles)) faults.push(`${name} was connected twice at once`);
  return { kills, ...done, faults };
}

interface Calling {
  readonly names: readonly string[];
  readonly wishes: Map<string, Wish>;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly done: { opened: number; closed: number };
}

/** Opens and closes sessions by chance until the host is gone. */
async function call(client: Client, { names, wishes, random, signal, done }: Calling): Promise<void> {
  while (!signal.aborted) {
    const account = names[Math.floor(random() * names.length)] ?? '';
    // Another caller is at it: what came of both could not be told apart.
    if (wishes.get(account) === 'unsure') {
      await sleep(1);
      continue;
    }
    const wish = random() < 0.6 ? 'open' : 'closed';
    const before = wishes.get(account) ?? 'unsure';
    wishes.set(account, 'unsure');
    try {
      if (wish === 'open') await client.call('openSession', { params: { account }, body: {} });
      else await client.call('closeSession', { params: { account } });
      wishes.set(account, wish);
      done[wish === 'open' ? 'opened' : 'closed'] += 1;
    } catch (thrown) {
      // A refusal changes nothing; a host that is gone leaves it open what was done.
      const { code } = thrown as { code?: unknown };
      if (code === 'CONFLICT' || code === 'NOT_FOUND') wishes.set(account, before);
      else return;
    }
  }
}

interface Settling {
  readonly wishes: Map<string, Wish>;
  readonly server: WireServer;
  readonly faults: string[];
  readonly round: number;
}

/** Waits until every session is ready or closed, and compares it with what was asked for. */
async function settled(client: Client, { wishes, server, faults, round }: Settling): Promise<number> {
  const end = performance.now() + PATIENCE_MS;
  let rows: readonly SessionRow[] = [];
  const resting = ({ state, open }: SessionRow): boolean => (open ? state === 'ready' : state === 'closed');
  do {
    ({ sessions: rows } = await client.call('listSessions', { query: {} }));
    if (rows.every(resting)) break;
    await sleep(20);
  } while (performance.now() < end);
  let ready = 0;
  for (const [name, wish] of wishes) {
    const row = rows.find(({ label }) => label === name);
    const is = row?.open === true ? 'open' : 'closed';
    if (row && !resting(row)) faults.push(`round ${round}: ${name} is ${row.state} after a minute: ${row.why}`);
    if (wish !== 'unsure' && is !== wish) faults.push(`round ${round}: ${name} was to be ${wish} and is ${is}`);
    if (server.connected().includes(name) !== (is === 'open'))
      faults.push(`round ${round}: ${name} is ${is}, and the service knows better`);
    wishes.set(name, is);
    if (is === 'open') ready += 1;
  }
  return ready;
}

/** At a stop each says goodbye; after it each is there again. */
async function endInOrder(
  host: MortalHost,
  { server, directory, faults }: { readonly server: WireServer; readonly directory: string; readonly faults: string[] },
): Promise<void> {
  const connected = server.connected().toSorted();
  const before = server.goodbyes.length;
  await host.stop();
  const gone = server.goodbyes.slice(before).toSorted();
  if (JSON.stringify(gone) !== JSON.stringify(connected)) faults.push(`of ${connected.length} only ${gone.length} said goodbye`);
  const last = await startMortalHost(directory);
  const end = performance.now() + PATIENCE_MS;
  const back = (): boolean => JSON.stringify(server.connected().toSorted()) === JSON.stringify(connected);
  while (!back() && performance.now() < end) await sleep(20);
  if (!back()) faults.push('not all came back after a stop');
  await last.stop();
}
