import type { Client } from '@muster/api';
import type { Context, GlobalOptions } from './context.ts';
import { dataDirectory, findCheckout } from './data-directory.ts';
import { createOutput } from './print/output.ts';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The file that was started, to start a host with. */
  readonly bin: string;
}

export interface OwnedContext extends Context {
  /** The code that commands asked for. */
  readonly exitCode: number;
  /** Lets go of connections and signals; ends a host that runs in this process. */
  close(): Promise<void>;
}

const wantsColor = (options: GlobalOptions, env: Surroundings['env']): boolean =>
  options.color !== false && !env['NO_COLOR'] && env['TERM'] !== 'dumb' && process.stdout.isTTY;

export function createContext(options: GlobalOptions, { env, cwd, bin }: Surroundings): OwnedContext {
  const checkout = findCheckout();
  const directory = dataDirectory({ flag: options.data, env, cwd, checkout });
  const out = createOutput({
    stdout: process.stdout,
    stderr: process.stderr,
    json: options.json === true,
    quiet: options.quiet === true,
    color: wantsColor(options, env),
  });

  const interrupted = new AbortController();
  const handlers: (() => void)[] = [];
  const onSignal = (): void => {
    const handler = handlers.at(-1);
    if (handler) handler();
    else if (interrupted.signal.aborted) process.exit(130);
    else interrupted.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);

  const closers: (() => Promise<void>)[] = [];
  const owned = async (open: Promise<Client | undefined>): Promise<Client | undefined> => {
    const client = await open;
    if (client) closers.push(() => client.close());
    return client;
  };

  const overTcp = async (url: string): Promise<Client> => (await import('./connect/tcp.ts')).connectTcp(url, options.tokenFile);
  const inProcess = async (): Promise<Client> => {
    const { startStandalone } = await import('./connect/standalone.ts');
    const { client, stop } = await startStandalone(directory, checkout);
    closers.push(stop);
    return client;
  };
  const attached = async (): Promise<Client | undefined> => (await import('./connect/attach.ts')).attach(directory);
  const started = async (args: readonly string[] = []): Promise<Client> => {
    const { startDetached } = await import('./connect/start-detached.ts');
    out.progress('starting the host …');
    const { signal } = interrupted;
    const client = await startDetached({ directory, bin, args, signal, onProgress: (text) => out.progress(text) });
    out.clear();
    return client;
  };

  const find = (): Promise<Client | undefined> => {
    if (options.host !== undefined) return overTcp(options.host);
    return options.standalone ? inProcess() : attached();
  };
  let client: Promise<Client | undefined> | undefined;
  let exitCode = 0;
  return {
    options,
    out,
    env,
    cwd,
    directory,
    checkout,
    signal: interrupted.signal,
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    get exitCode() {
      return exitCode;
    },
    exit: (code) => void (exitCode = code),
    onInterrupt(handler) {
      handlers.push(handler);
      return () => handlers.splice(handlers.indexOf(handler), 1);
    },
    async client() {
      client ??= owned(find().then((found) => found ?? started()));
      const found = await client;
      if (found) return found;
      client = owned(started());
      return (await client) as Client;
    },
    running: () => (client ??= owned(find())),
    start: async (args) => {
      client = owned(started(args));
      return (await client) as Client;
    },
    async close() {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, onSignal);
      for (const close of closers.toReversed()) await close();
    },
  };
}
