import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { lives } from '../connect/process-life.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

/** The password that `writeAccounts` gives an account. */
export const secretOf = (name: string): string => `CaNaRy-${name}-Zq7`;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  /** Resolves when stdout or stderr holds the text. */
  says(text: string): Promise<void>;
}

/** A machine of its own for the real command: a data directory, a working directory, and nothing of this user's. */
export interface Home extends AsyncDisposable {
  readonly data: string;
  /** The working directory of every command. */
  readonly folder: string;
  start(args: readonly string[], input?: string): Running;
  run(args: readonly string[], input?: string): Promise<Ended>;
  /** Runs with `--json`, and gives the one document of stdout. */
  json(...args: string[]): Promise<{ readonly code: number | null; readonly value: any; readonly stderr: string }>; // eslint-disable-line typescript/no-explicit-any -- a document of any shape, looked at by matchers
  /** Of the host that runs on the data directory now. */
  hostPid(): Promise<number>;
  /** Ends the host as a power cut would. */
  killHost(): Promise<void>;
  /** Accounts `<prefix>1…n` with passwords that no other text holds. */
  writeAccounts(file: string, count: number, prefix?: string): Promise<readonly string[]>;
}

export async function createHome(environment: Readonly<Record<string, string>> = {}): Promise<Home> {
  if (!existsSync(BIN)) throw new Error(`${BIN} is missing: run \`npm run build\` first`);
  const folder = await mkdtemp(join(tmpdir(), 'muster-e2e-'));
  const data = join(folder, 'data');
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, LANG: 'C.UTF-8', TZ: 'UTC', MUSTER_HOME: data, ...environment };

  const start = (args: readonly string[], input?: string): Running => {
    const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, env });
    let stdout = '';
    let stderr = '';
    const waiting = new Set<() => void>();
    const heard = (): void => {
      for (const look of waiting) look();
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => ((stdout += text), heard()));
    child.stderr.setEncoding('utf8').on('data', (text: string) => ((stderr += text), heard()));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
    const says = (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!`${stdout}\n${stderr}`.includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        void ended.then(({ code }) => reject(new Error(`it ended with ${code} and never said "${text}": ${stdout}${stderr}`)));
      });
    return { child, ended, says };
  };

  const hostPid = async (): Promise<number> =>
    (JSON.parse(await readFile(join(data, 'host.json'), 'utf8')) as { pid: number }).pid;

  return {
    data,
    folder,
    start,
    async killHost() {
      const pid = await hostPid();
      process.kill(pid, 'SIGKILL');
      while (await lives(pid)) await sleep(10);
    },
    async writeAccounts(file, count, prefix = 'heron') {
      const names = Array.from({ length: count }, (_, at) => `${prefix}${at + 1}`);
      await writeFile(join(folder, file), names.map((name) => `ptc,${name},${secretOf(name)}\n`).join(''));
      return names;
    },
    run: (args, input) => start(args, input).ended,
    async json(...args) {
      const { code, stdout, stderr } = await start([...args, '--json']).ended;
      return { code, stderr, value: JSON.parse(stdout) as unknown };
    },
    hostPid,
    async [Symbol.asyncDispose]() {
      const pid = await hostPid().catch(() => undefined);
      const { code } = await start(['stop']).ended;
      if (code !== 0 && pid !== undefined) process.kill(pid, 'SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
