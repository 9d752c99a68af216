import { join } from 'node:path';
import { createClient, type Client, type Fetch, type HostStatus } from '@muster/api';
import { createLogFile, type CollectionDefinition } from '@muster/core';
import { toMusterError } from '@muster/sdk';
import { createDemos } from './demo/demos.ts';
import { HOST_STATE } from './demo/demo-record.ts';
import { ownDirectory, type OwnedDirectory } from './directory/own-directory.ts';
import { prepareSocketPath } from './directory/socket-path.ts';
import { createHandlers } from './handlers/create-handlers.ts';
import { pluginView } from './handlers/plugin-view.ts';
import { sessionList } from './handlers/session-view.ts';
import type { HostCore } from './host-core.ts';
import { readHostStatus } from './host-status.ts';
import { createApp } from './http/app.ts';
import { listenOnSocket, listenOnTcp, parseTcp, type Listener } from './http/listen.ts';
import { loopDelaySeconds, openMetrics } from './http/metrics.ts';
import { openApiDocument } from './http/openapi.ts';
import { createPluginPaths } from './http/plugin-paths.ts';
import { boundHeapGrowth } from './heap-growth.ts';
import { createMemoryTrim } from './memory-trim.ts';
import { createPromptDoor } from './prompt-door/prompt-door.ts';
import { createProcessUsage } from './process-usage.ts';
import { stopInOrder } from './stop-order.ts';
import { TOKENS } from './tokens/token-record.ts';
import { operatorOf } from './tokens/operator-of.ts';
import { createTokens } from './tokens/tokens.ts';
import { createWatchHub } from './watch/watch-hub.ts';

/** What the host keeps in the store beside the core's own collections. */
export const HOST_COLLECTIONS: readonly CollectionDefinition[] = [TOKENS, HOST_STATE];

export interface HostOptions {
  readonly directory: string;
  readonly version: string;
  /** Opens the core's services on a directory that this process owns now. */
  readonly openCore: (directory: string, collections: readonly CollectionDefinition[]) => Promise<HostCore>;
  /** Serves this process only: no socket, no TCP. */
  readonly standalone?: boolean;
  /** `127.0.0.1:7777`; port 0 takes a free one. Loopback only. */
  readonly tcp?: string;
}

export interface Host {
  /** Real and absolute. */
  readonly directory: string;
  /** Path of the unix socket; null when standalone. */
  readonly socket: string | null;
  /** `127.0.0.1:port`, or null. */
  readonly tcp: string | null;
  /** The API inside this process, with the rights of the socket. */
  readonly fetch: Fetch;
  readonly client: Client;
  status(): Promise<HostStatus>;
  /** A line in the host's log, secrets masked. */
  log(message: string): void;
  /** Ends in order; further calls wait for the same end. */
  stop(reason: string): Promise<void>;
  /** Resolves with the reason when the host has ended, whoever asked for it. */
  readonly ended: Promise<string>;
}

/**
 * Becomes the host of a data directory. HOST_RUNS when there is one, DATA_DIR when the directory cannot be used, BAD_INPUT for an address
 * that is not loopback; and what the core says of its store and vault.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  if (options.tcp !== undefined) parseTcp(options.tcp);
  const owned = await ownDirectory(options.directory);
  try {
    const core = await options.openCore(owned.path, HOST_COLLECTIONS);
    return await serve(options, owned, core);
  } catch (thrown) {
    await owned.release();
    throw thrown;
  }
}

async function serve(options: HostOptions, owned: OwnedDirectory, core: HostCore): Promise<Host> {
  const { version, standalone = false } = options;
  const startedAt = core.clock.now();
  const listeners: Listener[] = [];
  let phase: 'starting' | 'running' | 'stopping' = 'starting';
  let tcp: string | null = null;
  let stopping: Promise<void> | undefined;
  let finished: (reason: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => (finished = resolve));

  const logFile = createLogFile({ path: join(owned.path, 'logs', 'host.log'), clock: core.clock, redactor: core.redactor });
  const log = (message: string): void => logFile.write(message);
  const tokens = createTokens(core);
  const demos = createDemos(core);
  const usage = createProcessUsage();
  const door = createPromptDoor(core);
  listeners.push({ address: 'questions', close: () => door.close() });
  const memory = standalone ? undefined : createMemoryTrim(core);
  const status = () => readHostStatus({ core, version, startedAt, directory: owned.path, tcp: () => tcp, usage });
  const hub = createWatchHub(core, status);
  const plugins = () => core.plugins.list().map((listing) => pluginView(listing, core));
  const stopSoon = (reason: string): void => void setImmediate(() => void stop(reason));
  const app = createApp({
    handlers: createHandlers(core, { tokens, demos, controls: { status, hub, stopSoon }, directory: owned.path, door }),
    tokens,
    pluginServing: { pluginHttp: core.pluginHttp, paths: createPluginPaths(core.plugins) },
    redactor: core.redactor,
    phase: () => phase,
    openapi: () => openApiDocument(version, plugins(), core.plugins.loaded()),
    metrics: async () =>
      openMetrics(await status(), {
        loopDelay: await loopDelaySeconds(),
        rotations: core.pluginServices.rotations(),
        sessions: sessionList(core.sessions),
      }),
    logDefect: (error, what) =>
      log(`${what}: ${error.stack ?? error.message}${error.cause instanceof Error ? `\n${error.cause.stack}` : ''}`),
  });

  const end = async (reason: string): Promise<void> => {
    phase = 'stopping';
    memory?.stop();
    log(`The host ends: ${reason}`);
    await stopInOrder({ core, hub, demos, listeners, owned }, reason, (step, thrown) =>
      log(`While ending (${step}): ${toMusterError(thrown).message}`),
    );
    await logFile.close();
    finished(reason);
  };
  const stop = (reason: string): Promise<void> => (stopping ??= end(reason));

  try {
    const socket = standalone ? null : await listenOnSocket(app, await prepareSocketPath(owned.path));
    if (socket) listeners.push(socket);
    const tcpListener = options.tcp === undefined || standalone ? null : await listenOnTcp(app, options.tcp);
    if (tcpListener) listeners.push(tcpListener);
    tcp = tcpListener?.address ?? null;
    if (!standalone) await boundHeapGrowth(core.store);
    await owned.announce({ pid: process.pid, version, startedAt, socket: socket?.address ?? null, tcp });
    // First: what goes on may be pointed at a simulator.
    await demos.resume();
    await core.start({ authorize: operatorOf(tokens) });
    phase = 'running';
    log(`The host is ready: version ${version}, pid ${process.pid}, directory ${owned.path}${tcp === null ? '' : `, ${tcp}`}`);
    await core.events.record({ level: 'info', type: 'host.started', message: `The host is ready, version ${version}` });

    const fetch: Fetch = async (url, init) => app.fetch(new Request(url, init), { door: { kind: 'local' } });
    const client = createClient({ fetch });
    return { directory: owned.path, socket: socket?.address ?? null, tcp, fetch, client, status, log, stop, ended };
  } catch (thrown) {
    await stop(`it could not start: ${toMusterError(thrown).message}`);
    throw thrown;
  }
}
