import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { browserLaunch, endLeftBrowsers, endProcess, findBrowser, processUsage, profileFolder } from '@muster/sdk/browser';
import type { Browser, BrowserContext, Page } from 'puppeteer';
import type { Config } from '../schemas.ts';

export interface OpenPage {
  readonly page: Page;
  /** Ends the context with all that is in it. Never rejects. */
  close(): Promise<void>;
}

export interface BrowserFigures {
  readonly pid: number | null;
  readonly contexts: number;
  readonly jobs: number;
  readonly startedAt: number | null;
  readonly memoryBytes: number;
  /** Browsers that ended by themselves since the host started. */
  readonly crashes: number;
  readonly recycled: number;
}

/** One browser for all tasks, each in a context of its own: cookies, storage and way out are nobody else's. */
export interface Browsers {
  open(options: { readonly proxyServer?: string | undefined; readonly blockedUrls: readonly string[] }): Promise<OpenPage>;
  figures(): BrowserFigures;
  close(): Promise<void>;
}

export interface BrowsersDeps {
  readonly directory: string;
  readonly config: () => Pick<Config, 'browserPath' | 'idleBrowserS' | 'recycleJobs' | 'recycleMinutes' | 'recycleMb'>;
  readonly now: () => number;
  readonly tell: (level: 'info' | 'warn', message: string) => void;
}

/** One browser from its start to its end. */
interface House {
  readonly browser: Browser;
  readonly pid: number;
  readonly profile: string;
  readonly startedAt: number;
  contexts: number;
  jobs: number;
  memoryBytes: number;
  measuredAt: number;
  /** Ends it, once nobody has needed it for a while. */
  idle: NodeJS.Timeout | undefined;
  /** No new context: it ends with its last one. */
  retired: boolean;
  ended: boolean;
}

/**
 * Network and drawing inside the browser's own process: as processes of their own they cost 15 to 40 MB. The network has no sandbox anyway, what
 * draws uses no driver (`--disable-gpu`), and pages stay in renderers of their own, so applicants are as far from each other as before. A window
 * that nobody looks at is low, since each row of it is kept several times; pictures show what is below its edge too. Not
 * `--no-unsandboxed-zygote`, which would save 12 MB: with it, 3 of 350 browsers ended as they started.
 */
const LEAN = ['--in-process-gpu', '--enable-features=NetworkServiceInProcess2', '--window-size=800,400'];
const MEASURE_EVERY_MS = 15_000;
const CLOSE_WITHIN_MS = 5_000;

export async function openBrowsers({ directory, config, now, tell }: BrowsersDeps): Promise<Browsers> {
  const root = join(directory, 'browsers');
  const left = await endLeftBrowsers(root);
  if (left.length > 0) tell('warn', `${left.length} browsers of a host that was killed were ended`);
  await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });

  const houses = new Set<House>();
  let current: House | undefined;
  let starting: Promise<House> | undefined;
  let made = 0;
  let crashes = 0;
  let recycled = 0;
  let closed = false;

  async function start(): Promise<House> {
    const [{ launch }, found] = await Promise.all([import('puppeteer'), findBrowser({ lean: true, path: config().browserPath })]);
    made += 1;
    const profile = await profileFolder(root, `browser-${made}`);
    // Reports of issues go to developer tools that nobody opens.
    const begin = () => launch({ ...browserLaunch({ browser: found, profile, args: LEAN }), issuesEnabled: false });
    // Chromium reads its environment while another of its threads changes it: now and then it ends of that as it starts.
    const browser = await begin().catch(begin);
    // The empty page that it opens by itself has a renderer of its own, and nobody looks at it.
    for (const page of await browser.pages()) await page.close().catch(() => undefined);
    const house: House = {
      browser,
      pid: browser.process()?.pid ?? 0,
      profile,
      startedAt: now(),
      contexts: 0,
      jobs: 0,
      memoryBytes: 0,
      measuredAt: 0,
      idle: undefined,
      retired: false,
      ended: false,
    };
    houses.add(house);
    browser.on('disconnected', () => {
      if (current === house) current = undefined;
      if (house.ended || closed) return;
      crashes += 1;
      tell('warn', `The browser ended by itself with ${house.contexts} tasks in it; they go on in a new one`);
      void end(house);
    });
    return house;
  }

  async function end(house: House): Promise<void> {
    house.ended = true;
    clearTimeout(house.idle);
    if (current === house) current = undefined;
    const { browser, pid, profile } = house;
    await within(CLOSE_WITHIN_MS, browser.close()).catch(() => undefined);
    if (pid > 0) await endProcess(pid);
    houses.delete(house);
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }).catch(() => undefined);
  }

  /** The next task starts another: that takes a second, and an idle one keeps 200 MB. */
  function rest(house: House): void {
    clearTimeout(house.idle);
    house.idle = setTimeout(() => {
      if (house.contexts === 0 && !house.ended) void end(house);
    }, config().idleBrowserS * 1_000).unref();
  }

  /** Why it takes no more work; undefined while it is good. */
  function tired(house: House): string | undefined {
    const { recycleJobs, recycleMinutes, recycleMb } = config();
    if (house.jobs >= recycleJobs) return `${house.jobs} tasks`;
    if (now() - house.startedAt >= recycleMinutes * 60_000) return `${recycleMinutes} minutes`;
    if (house.memoryBytes >= recycleMb * 1e6) return `${Math.round(house.memoryBytes / 1e6)} MB`;
    return undefined;
  }

  function measure(house: House): void {
    if (now() - house.measuredAt < MEASURE_EVERY_MS) return;
    house.measuredAt = now();
    void processUsage(house.pid).then(
      ({ pssBytes }) => void (house.memoryBytes = pssBytes),
      () => undefined,
    );
  }

  async function house(): Promise<House> {
    if (closed) throw new Error('The browsers are closed: the host stops.');
    if (current) {
      measure(current);
      const why = tired(current);
      if (why === undefined && current.browser.connected) return current;
      if (why !== undefined) {
        recycled += 1;
        current.retired = true;
        if (current.contexts === 0) void end(current);
        tell('info', `The browser is replaced after ${why}`);
      }
      current = undefined;
    }
    starting ??= start().finally(() => void (starting = undefined));
    const begun = await starting;
    if (begun.browser.connected && !begun.ended) current = begun;
    return begun;
  }

  return {
    async open({ proxyServer, blockedUrls }) {
      const mine = await house();
      clearTimeout(mine.idle);
      mine.contexts += 1;
      mine.jobs += 1;
      let context: BrowserContext | undefined;
      let over = false;
      const close = async (): Promise<void> => {
        if (over) return;
        over = true;
        await within(CLOSE_WITHIN_MS, context?.close() ?? Promise.resolve()).catch(() => undefined);
        mine.contexts -= 1;
        if (mine.contexts > 0 || mine.ended) return;
        if (mine.retired) await end(mine);
        else rest(mine);
      };
      try {
        // Without the last word Chromium goes past the proxy for addresses of this machine.
        context = await mine.browser.createBrowserContext(
          proxyServer === undefined ? {} : { proxyServer, proxyBypassList: ['<-loopback>'] },
        );
        const page = await context.newPage();
        const session = await page.createCDPSession();
        // Costs nothing, where interception of requests by us costs more than the pictures do.
        // Bodies are the other session's to keep.
        await session.send('Network.enable', { maxTotalBufferSize: 0, maxResourceBufferSize: 0, maxPostDataSize: 0 });
        await session.send('Network.setBlockedURLs', { urls: [...blockedUrls] });
        return { page, close };
      } catch (error) {
        await close();
        throw error;
      }
    },
    figures() {
      if (current) measure(current);
      return figuresNow();
    },
    async close() {
      closed = true;
      await starting?.catch(() => undefined);
      await Promise.all([...houses].map(end));
    },
  };
  function figuresNow(): BrowserFigures {
    return {
      pid: current?.pid ?? null,
      contexts: [...houses].reduce((sum, { contexts }) => sum + contexts, 0),
      jobs: current?.jobs ?? 0,
      startedAt: current?.startedAt ?? null,
      memoryBytes: current?.memoryBytes ?? 0,
      crashes,
      recycled,
    };
  }
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
