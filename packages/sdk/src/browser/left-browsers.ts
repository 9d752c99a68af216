import { readFile, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { endProcess, untilGone } from './end-process.ts';
import { commandLine, processTable } from './process-table.ts';

export interface LeftBrowser {
  readonly pid: number;
  readonly profile: string;
}

export interface EndedBrowser extends LeftBrowser {
  /** `closed`: it wrote what it had to write, logins included. `killed`: it did not answer. `stays`: it could not be ended. */
  readonly how: 'closed' | 'killed' | 'stays';
}

const PROFILE = '--user-data-dir=';

/** Browsers that run with `root` or a folder below it as their profile, whoever started them. */
export async function leftBrowsers(root: string): Promise<LeftBrowser[]> {
  const folder = root.endsWith(sep) ? root : root + sep;
  const alive = (await processTable()).filter((one) => !one.zombie && one.pid !== process.pid);
  const lines = await Promise.all(alive.map(async ({ pid }) => ({ pid, args: await commandLine(pid) })));
  return lines.flatMap(({ pid, args }) => {
    // Its own children name the profile too, and what they are as well.
    if (args.some((arg) => arg.startsWith('--type=')) || args[0]?.includes('crashpad_handler') === true) return [];
    const profile = args.find((arg) => arg.startsWith(PROFILE))?.slice(PROFILE.length);
    return profile === root || profile?.startsWith(folder) === true ? [{ pid, profile }] : [];
  });
}

/**
 * Ends the browsers that a killed host left with `root` or a folder below it as profile: each is asked to close through its own port, where
 * it has one, so that what it holds is written; then it is made to. Call it before the first browser is opened there.
 */
export async function endLeftBrowsers(root: string, graceMs = 10_000): Promise<EndedBrowser[]> {
  return Promise.all(
    (await leftBrowsers(root)).map(async ({ pid, profile }): Promise<EndedBrowser> => ({
      pid,
      profile,
      how: await endLeft({ pid, profile }, graceMs),
    })),
  );
}

async function endLeft({ pid, profile }: LeftBrowser, graceMs: number): Promise<EndedBrowser['how']> {
  if ((await askToClose(profile, graceMs)) && (await untilGone([pid], graceMs))) return 'closed';
  return (await endProcess(pid)) ? 'killed' : 'stays';
}

/** Through the port that the browser wrote into its profile. False when it has none or does not answer. */
async function askToClose(profile: string, withinMs: number): Promise<boolean> {
  const said = await readFile(join(profile, 'DevToolsActivePort'), 'utf8').catch(() => undefined);
  const [, port, path] = /^(\d{1,5})\n(\/devtools\/browser\/[\w-]+)/.exec(said ?? '') ?? [];
  if (port === undefined || path === undefined) return false;
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
  return new Promise((resolve) => {
    const end = (answer: boolean): void => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(end, withinMs, false);
    let asked = false;
    socket.addEventListener('open', () => {
      socket.send(JSON.stringify({ id: 1, method: 'Browser.close' }));
      asked = true;
    });
    // One that closes may answer first, or just hang up.
    for (const type of ['message', 'error', 'close']) socket.addEventListener(type, () => end(asked));
  });
}

/** What a browser that did not end by itself leaves in its profile and would keep the next one out. Only when none runs. */
export async function clearProfileLocks(profile: string): Promise<void> {
  for (const name of ['SingletonLock', 'SingletonSocket', 'SingletonCookie', 'DevToolsActivePort'])
    await rm(join(profile, name), { force: true });
}
