import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { MusterError, safeText } from '@muster/sdk';
import { browserLaunch, endProcess, processTable, processTree, untilGone, type FoundBrowser } from '@muster/sdk/browser';

export interface BrowserOptions {
  readonly found: FoundBrowser;
  /** Its own folder, made already. */
  readonly profile: string;
  readonly args: readonly string[];
  readonly featuresOff: readonly string[];
  readonly signal: AbortSignal;
}

/** One browser of ours. */
export interface OwnBrowser {
  readonly pid: number;
  /** Where a client connects. */
  readonly endpoint: string;
  /** Resolves when its first process has ended, for whatever reason. */
  readonly gone: Promise<void>;
  /** Asks it to close and waits until nothing of it runs: only then is the login on disk. `killed` when it had to be made to. */
  close(graceMs?: number): Promise<'closed' | 'killed'>;
}

/** As puppeteer starts browsers for automation; `navigator.webdriver` stays true, nothing is disguised. */
const ARGS = [
  '--enable-automation',
  '--password-store=basic',
  '--use-mock-keychain',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-breakpad',
  '--disable-default-apps',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-hang-monitor',
  '--disable-ipc-flooding-protection',
  '--disable-popup-blocking',
  '--disable-prompt-on-repost',
  '--metrics-recording-only',
  '--mute-audio',
  '--no-default-browser-check',
];
const FEATURES_OFF = ['Translate', 'AcceptCHFrame', 'MediaRouter', 'OptimizationHints'];
const LAUNCH_MS = 60_000;
const MAX_SAID = 2_000;

/**
 * Starts a browser that lives as long as this process: it holds one end of a pipe, and closes itself, login written, when the
 * other end goes. It does not hear the signals of the terminal. A port for clients is on 127.0.0.1.
 */
export async function startBrowser({ found, profile, args, featuresOff, signal }: BrowserOptions): Promise<OwnBrowser> {
  signal.throwIfAborted();
  const launch = browserLaunch({ browser: found, profile, disableFeatures: [...FEATURES_OFF, ...featuresOff] });
  const portFile = join(profile, 'DevToolsActivePort');
  await rm(portFile, { force: true });
  const child = spawn(
    launch.executablePath,
    [
      found.kind === 'headless-shell' ? '--headless' : '--headless=new',
      ...ARGS,
      ...launch.args,
      ...args,
      `--user-data-dir=${profile}`,
      '--remote-debugging-pipe',
      '--remote-debugging-port=0',
      'about:blank',
    ],
    // A group of its own: Ctrl-C in a terminal goes to the host alone, which then closes it in order.
    { detached: true, stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'], env: launch.env },
  );
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-MAX_SAID)));
  const pipe = child.stdio[3] as Writable;
  pipe.on('error', () => undefined);
  // What it says there is of no use here, and must not fill the pipe.
  (child.stdio[4] as unknown as NodeJS.ReadableStream).resume().on('error', () => undefined);
  let ended = false;
  const gone = new Promise<void>((resolve) => {
    const end = (): void => {
      ended = true;
      resolve();
    };
    child.once('exit', end).once('error', end);
  });

  const close = async (graceMs = 10_000): Promise<'closed' | 'killed'> => {
    const { pid } = child;
    if (pid === undefined) return 'closed';
    const tree = processTree(pid, await processTable()).map((one) => one.pid);
    if (!ended) pipe.write(`${JSON.stringify({ id: 1, method: 'Browser.close' })}\0`);
    if (await untilGone([pid, ...tree], graceMs)) return 'closed';
    await Promise.all(tree.map((one) => endProcess(one, 1_000)));
    return 'killed';
  };
  try {
    const endpoint = await portOf(portFile, { child, signal, ended: () => ended });
    return { pid: child.pid as number, endpoint, gone, close };
  } catch (error) {
    await close(2_000);
    const why = safeText(said.trim().split('\n').at(-1) ?? '', 300);
    throw new MusterError('BROWSER_FAILED', `The browser ${found.path} did not come up${why === '' ? '' : `: ${why}`}.`, {
      cause: error,
      remedy: 'retry',
    });
  }
}

async function portOf(
  file: string,
  { child, signal, ended }: { child: ChildProcess; signal: AbortSignal; ended: () => boolean },
): Promise<string> {
  const until = performance.now() + LAUNCH_MS;
  while (performance.now() < until) {
    if (ended() || child.pid === undefined) throw new Error(`it ended with code ${String(child.exitCode)}`);
    const said = await readFile(file, 'utf8').catch(() => '');
    const [, port, path] = /^(\d{1,5})\n(\/devtools\/browser\/[\w-]+)/.exec(said) ?? [];
    if (port !== undefined && path !== undefined) return `ws://127.0.0.1:${port}${path}`;
    await wait(20, undefined, { signal });
  }
  throw new Error(`it gave no port within ${LAUNCH_MS / 1_000} s`);
}
