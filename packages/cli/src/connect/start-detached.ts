import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolders, type Client } from '@muster/api';
import { MusterError } from '@muster/sdk';
import { attach } from './attach.ts';
import { readRewriting, rewritingText } from './rewriting.ts';

/** Opening a large store and deriving a key from a passphrase take a while on a slow machine. */
const READY_WITHIN_MS = 60_000;
/** Set for the host that is started here, so that it stays when the terminal goes away. */
export const DETACHED = 'MUSTER_DETACHED';
/** It ends with this where another host came first: what it says stands in a file that the others empty and write too. */
export const SECOND = 75;
const LOOK_EVERY_MS = 25;
/** So often, what it says of a store that it writes anew. */
const LOOK_INSIDE_MS = 500;
/** Left alone, V8 keeps up to 50 MB for short-lived objects once it was busy, and is no quicker for it. */
const MEMORY = '--max-semi-space-size=4';
/** A host that ended because another one came first: how long that one may take. */
const OTHER_WITHIN_MS = 10_000;

export interface StartOptions {
  readonly directory: string;
  /** The file of this command, started again as the host. */
  readonly bin: string;
  /** Further arguments of `serve`. */
  readonly args?: readonly string[];
  readonly signal?: AbortSignal;
  /** What the host is busy with before it serves. */
  readonly onProgress?: (text: string) => void;
}

/** Starts a host that lives on when this process ends, and answers when it serves. Its own error is thrown if it does not. */
export async function startDetached({ directory, bin, args = [], signal, onProgress }: StartOptions): Promise<Client> {
  const said = join(directory, 'host.out');
  const child = launch([bin, 'serve', '--data', directory, '--json', '--quiet', ...args], directory, said);
  const ended = new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(null));
    child.on('exit', (code) => resolve(code));
  });
  let exit: { readonly code: number | null } | undefined;
  void ended.then((code) => (exit = { code }));

  let waitUntil = performance.now() + READY_WITHIN_MS;
  let outlived = false;
  let other = false;
  let rewritten = -1;
  let lookAt = 0;
  /** A store that is written anew takes as long as it is large: as long as that goes on, it is waited for. */
  const awaitRewriting = async (): Promise<void> => {
    if (performance.now() < lookAt || (exit && !other)) return;
    lookAt = performance.now() + LOOK_INSIDE_MS;
    const rewriting = await readRewriting(said);
    if (!rewriting || rewriting.done === rewritten) return;
    rewritten = rewriting.done;
    waitUntil = performance.now() + READY_WITHIN_MS;
    onProgress?.(rewritingText(rewriting));
  };
  for (;;) {
    const client = await attach(directory);
    if (client) {
      child.unref();
      return client;
    }
    if (exit && !outlived) {
      outlived = true;
      other = exit.code === SECOND;
      waitUntil = performance.now() + (other ? OTHER_WITHIN_MS : 0);
    }
    await awaitRewriting();
    if (performance.now() >= waitUntil) break;
    await sleep(LOOK_EVERY_MS, undefined, signal ? { signal } : {});
  }
  child.unref();
  if (exit) throw await itsError(said);
  throw new MusterError(
    'HOST_GONE',
    `The host (pid ${child.pid}) does not answer after ${READY_WITHIN_MS / 1_000} s; see ${said}.`,
  );
}

function launch(argv: readonly string[], directory: string, said: string): ChildProcess {
  let file: number;
  try {
    makeFolders(directory);
    file = openSync(said, 'w', 0o600);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new MusterError(
      'DATA_DIR',
      `The data directory ${directory} cannot be written to (${why}). Use --data or $MUSTER_HOME to name another.`,
      {
        cause,
      },
    );
  }
  try {
    return spawn(process.execPath, [...process.execArgv, MEMORY, ...argv], {
      cwd: directory,
      detached: true,
      env: { ...process.env, [DETACHED]: '1' },
      stdio: ['ignore', file, file],
    });
  } finally {
    closeSync(file);
  }
}

interface Said {
  readonly code: string;
  readonly message: string;
}

/** The error that a host printed as JSON before it ended. */
async function readSaid(path: string): Promise<Said | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  for (const line of text.split('\n').toReversed()) {
    try {
      const { error } = JSON.parse(line) as { error?: Partial<Said> };
      if (typeof error?.code === 'string' && typeof error.message === 'string')
        return { code: error.code, message: error.message };
    } catch {
      // Not a line of JSON.
    }
  }
  return undefined;
}

async function itsError(path: string): Promise<MusterError> {
  const said = await readSaid(path);
  if (said) return new MusterError(said.code, said.message);
  const text = (await readFile(path, 'utf8').catch(() => '')).trim();
  const last = text.split('\n').at(-1) ?? '';
  return new MusterError('HOST_GONE', `The host ended as soon as it was started${last ? `: ${last}` : ''}. See ${path}.`);
}
