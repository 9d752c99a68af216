import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** Ended, and not yet waited for by its parent: such a one still answers signals. */
  readonly zombie: boolean;
  /** User and system time in ms, of the process alone; 0 where it is not told. */
  readonly cpuMs: number;
}

/** Clock ticks per second of /proc, the same on every Linux that Node runs on. */
const TICKS = 100;

/** One line of `/proc/<pid>/stat`: the name in brackets may hold anything, also brackets. */
function parseStat(pid: number, stat: string): ProcessEntry {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { pid, parent: Number(fields[1]), zombie: fields[0] === 'Z' || fields[0] === 'X', cpuMs: (ticks * 1_000) / TICKS };
}

const readOr = <T>(path: string, otherwise: T): Promise<string | T> => readFile(path, 'utf8').catch(() => otherwise);

/** All processes of this machine that this user may see. */
export async function processTable(): Promise<ProcessEntry[]> {
  if (process.platform !== 'linux') return psTable();
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const stats = await Promise.all(pids.map(async (pid) => [pid, await readOr(`/proc/${pid}/stat`, undefined)] as const));
  return stats.flatMap(([pid, stat]) => (stat === undefined ? [] : [parseStat(pid, stat)]));
}

/** As `processTable`, by `ps`: for systems without /proc. */
export async function psTable(): Promise<ProcessEntry[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat='], { maxBuffer: 16_000_000 });
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, state = ''] = line.trim().split(/\s+/);
    return Number(pid) > 0 ? [{ pid: Number(pid), parent: Number(parent), zombie: state.startsWith('Z'), cpuMs: 0 }] : [];
  });
}

/** The arguments a process was started with; empty when it is gone or may not be seen. */
export async function commandLine(pid: number): Promise<string[]> {
  if (process.platform === 'linux') return (await readOr(`/proc/${pid}/cmdline`, '')).split('\0').filter((part) => part !== '');
  const said = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return said.stdout.trim() === '' ? [] : said.stdout.trim().split(/\s+(?=--)/);
}

/** `pid` and all that descend from it, parents first; empty when it is gone. */
export function processTree(pid: number, table: readonly ProcessEntry[]): ProcessEntry[] {
  const found = table.filter((one) => one.pid === pid);
  for (const parent of found) found.push(...table.filter((one) => one.parent === parent.pid && !found.includes(one)));
  return found;
}

export interface ProcessUsage {
  readonly processes: number;
  /** Memory that is nobody else's. */
  readonly privateBytes: number;
  /** With its share of what is shared (PSS). */
  readonly pssBytes: number;
  /** Since each started. */
  readonly cpuMs: number;
}

/** What `pid` and its descendants use now. Memory is 0 where the system does not tell it (elsewhere than Linux). */
export async function processUsage(pid: number): Promise<ProcessUsage> {
  const tree = processTree(pid, await processTable()).filter(({ zombie }) => !zombie);
  const maps = await Promise.all(tree.map((one) => readOr(`/proc/${one.pid}/smaps_rollup`, '')));
  const sum = (field: string): number =>
    maps.reduce((total, text) => total + 1_024 * Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0), 0);
  return {
    processes: tree.length,
    privateBytes: sum('Private_Clean') + sum('Private_Dirty'),
    pssBytes: sum('Pss'),
    cpuMs: tree.reduce((total, { cpuMs }) => total + cpuMs, 0),
  };
}
