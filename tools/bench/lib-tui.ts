import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Client, createClient, hostSocket, unixFetch } from '@muster/api';
import { TerminalProcess } from '../terminal/terminal-process.ts';

/** Accounts behind the list; `BENCH_ACCOUNTS=1000000 BENCH_STORE=sqlite` for the large roster. */
export const ACCOUNTS = Number(process.env['BENCH_ACCOUNTS'] ?? 10_000);
const STORE = process.env['BENCH_STORE'] ?? 'lowdb';
export const SIZE = { columns: 160, rows: 45 } as const;
export const BIN = fileURLToPath(new URL('../../packages/cli/dist/bin.js', import.meta.url));

const run = promisify(execFile);
const muster = (directory: string, ...args: readonly string[]): Promise<unknown> =>
  run(process.execPath, [BIN, ...args, '--data', directory], { maxBuffer: 1e9 });

/** A host with accounts in it. */
export interface TuiSubject {
  readonly folder: string;
  readonly directory: string;
  readonly client: Client;
  /** Accounts that the list begins with. */
  readonly ids: readonly string[];
}

async function* lines(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < ACCOUNTS; at += 1_000) {
    const names = Array.from({ length: Math.min(1_000, ACCOUNTS - at) }, (_, n) => `ptc,trainer${at + n},made${at + n}up\n`);
    yield Buffer.from(names.join(''));
  }
}

export async function openSubject(): Promise<TuiSubject> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-tui-'));
  const directory = join(folder, 'data');
  await mkdir(directory, { mode: 0o700 });
  await writeFile(join(directory, 'config.json'), JSON.stringify({ store: STORE }));
  await muster(directory, 'serve', '--detach');
  const client = createClient({ fetch: unixFetch(await hostSocket(directory)) });
  let loaded = 0;
  for await (const line of client.stream(
    'importAccounts',
    { params: { plugin: 'pokepool' }, query: { name: 'list.csv' } },
    { upload: lines() },
  ))
    if (line.kind === 'counts') loaded = line.outcomes['new'] ?? 0;
  if (loaded !== ACCOUNTS) throw new Error(`${loaded} of ${ACCOUNTS} accounts were loaded`);
  const { accounts } = await client.call('listAccounts', { query: { limit: 100 } });
  return { folder, directory, client, ids: accounts.map(({ id }) => id) };
}

export async function closeSubject({ folder, directory, client }: TuiSubject): Promise<void> {
  await client.close();
  await muster(directory, 'stop');
  await rm(folder, { recursive: true, force: true });
}

/** Changes accounts at a steady pace, each an event and a new row, until disposed. */
export function drive({ client, ids }: TuiSubject, perSecond: number): AsyncDisposable & { readonly sent: () => number } {
  const started = performance.now();
  let sent = 0;
  let work: Promise<void> | undefined;
  const step = async (): Promise<void> => {
    const due = Math.floor(((performance.now() - started) / 1_000) * perSecond);
    for (; sent < due; sent++) {
      const id = ids[sent % 40] as string;
      await client.call('editAccount', { params: { id }, body: { tags: [`t${sent % 1_000}`] } });
    }
  };
  const timer = setInterval(() => {
    work ??= step().finally(() => (work = undefined));
  }, 100);
  return {
    sent: () => sent,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await work;
    },
  };
}

/** The real program on a terminal, when its first frame is whole. */
export async function openScreen(
  { directory }: TuiSubject,
  env: Readonly<Record<string, string>> = {},
): Promise<TerminalProcess> {
  const terminal = new TerminalProcess(process.execPath, [BIN, '--data', directory], { ...SIZE, env });
  await terminal.until(
    (screen) => screen.includes('Providers') && /leave/.test(screen.split('\n').at(-1) ?? ''),
    'the first frame',
  );
  return terminal;
}

/** Goes to the list of accounts. */
export async function showAccounts(terminal: TerminalProcess): Promise<void> {
  terminal.press('2');
  await terminal.until((screen) => screen.includes(' of ') && screen.includes('❯ '), 'the accounts');
}

/** Before other work on the machine, where that is allowed: what is measured is the program and not its neighbours. */
export function goFirst(pid: number): void {
  try {
    setPriority(pid, -19);
    setPriority(process.pid, -19);
  } catch {
    // Only the administrator may; then more samples are unclean.
  }
}

/** Milliseconds that a process could have run and had no processor. */
const waitedMs = async (pid: number): Promise<number> =>
  Number((await readFile(`/proc/${pid}/schedstat`, 'utf8')).split(' ')[1]) / 1e6;

/** More waiting for a processor than this, and a sample says more of the machine than of the program. */
const CLEAN_MS = 1;

/** What `measure` finds, and whether neither this process nor the program had to wait for a processor meanwhile. */
export async function cleanly<T>(pid: number, measure: () => Promise<T>): Promise<{ value: T; clean: boolean }> {
  const before = [await waitedMs(pid), await waitedMs(process.pid)];
  const value = await measure();
  const after = [await waitedMs(pid), await waitedMs(process.pid)];
  return { value, clean: after.every((waited, index) => waited - (before[index] ?? 0) < CLEAN_MS) };
}

export interface Usage {
  readonly cpuMs: number;
  readonly residentMb: number;
}

/** CPU of all threads of a process since it started, and its memory now. */
export async function usageOf(pid: number): Promise<Usage> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  const kb = /VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, residentMb: (Number(kb) * 1_024) / 1e6 };
}

export interface Peer {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
}

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const PEERS: readonly Peer[] = [
  { name: 'htop', file: '/usr/bin/htop', args: ['-d', '100'] },
  { name: 'tig', file: '/usr/bin/tig', args: [] },
  { name: 'vifm', file: '/usr/bin/vifm', args: ['/usr/bin'] },
  { name: 'btop', file: '/usr/bin/btop', args: [] },
];
/** Programs that people know, where they are installed. */
export const peers: readonly Peer[] = PEERS.filter(({ name, file }) => {
  if (!existsSync(file)) console.error(`bench: ${name} is not installed; it is left out of the comparison`);
  return existsSync(file);
});

/** A peer on a terminal, when it has drawn what it draws at first. */
export async function openPeer({ file, args }: Peer): Promise<TerminalProcess> {
  const terminal = new TerminalProcess(file, args, { ...SIZE, cwd: REPOSITORY });
  await terminal.until((screen) => screen.trim().length > 100, 'the peer draws');
  await sleep(500);
  return terminal;
}

/** Milliseconds from a key to the first byte of an answer (of clean samples only), and the bytes of the answer. */
export async function answerOf(
  terminal: TerminalProcess,
  key: string,
): Promise<{ ms: number | undefined; bytes: number } | undefined> {
  const before = terminal.raw.length;
  const { value: ms, clean } = await cleanly(terminal.pid, async () => {
    const started = performance.now();
    terminal.press(key);
    while (terminal.raw.length === before && performance.now() - started < 1_000) await new Promise(setImmediate);
    return performance.now() - started;
  });
  if (terminal.raw.length === before) return undefined;
  await sleep(80);
  return { ms: clean ? ms : undefined, bytes: Buffer.byteLength(terminal.raw.slice(before)) };
}
