import { existsSync, readFileSync } from 'node:fs';
import type { FoundBrowser } from './find-browser.ts';

export interface BrowserLaunchOptions {
  readonly browser: FoundBrowser;
  /** The browser's own folder (`--user-data-dir`): by it a left browser is found again. */
  readonly profile: string;
  /** Further switches. */
  readonly args?: readonly string[];
  /** Further features to switch off. */
  readonly disableFeatures?: readonly string[];
  /** Default: as `needsNoSandbox()` says. */
  readonly noSandbox?: boolean;
  /** A pipe (the default) ends the browser with its host, whatever ends that; a port lets a later host talk to it. */
  readonly pipe?: boolean;
}

/** What puppeteer's `launch` takes, as data; made anew at each call, since puppeteer changes the list it is given. */
export interface BrowserLaunch {
  readonly executablePath: string;
  readonly headless: true | 'shell';
  readonly pipe: boolean;
  readonly userDataDir: string;
  readonly args: string[];
  readonly env: Record<string, string>;
  readonly handleSIGINT: false;
  readonly handleSIGTERM: false;
  readonly handleSIGHUP: false;
  readonly defaultViewport: null;
}

const ARGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-crash-reporter',
];
/** Chromium 156 renders two pages of its omnibox and a spare renderer for each browser: 37 MB for nothing. */
const WASTE = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'SpareRendererForSitePerProcess'];

/** Of the host's environment, what a browser needs: secrets may stand in the rest. */
const ENV = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SYSTEMROOT',
  'FONTCONFIG_PATH',
];

export function browserLaunch({
  browser,
  profile,
  args = [],
  disableFeatures = [],
  noSandbox = needsNoSandbox(),
  pipe = true,
}: BrowserLaunchOptions): BrowserLaunch {
  return {
    executablePath: browser.path,
    headless: browser.kind === 'headless-shell' ? 'shell' : true,
    pipe,
    userDataDir: profile,
    args: [
      ...(noSandbox ? ['--no-sandbox'] : []),
      ...ARGS,
      `--disable-features=${[...WASTE, ...disableFeatures].join(',')}`,
      ...args,
    ],
    env: Object.fromEntries(ENV.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))),
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    defaultViewport: null,
  };
}

/** True for root and inside containers, where Chromium's sandbox cannot start; everywhere else it stays on. */
export function needsNoSandbox(): boolean {
  if (process.getuid?.() === 0) return true;
  if (existsSync('/.dockerenv') || existsSync('/run/.containerenv') || process.env['container'] !== undefined) return true;
  try {
    return /docker|kubepods|containerd|lxc/.test(readFileSync('/proc/1/cgroup', 'utf8'));
  } catch {
    return false;
  }
}
