import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { MusterError } from '../errors.ts';

/** `headless-shell` is the lean engine: about half the memory and CPU, no window, no extensions. */
export type BrowserKind = 'headless-shell' | 'chromium' | 'chrome';

export interface FoundBrowser {
  readonly path: string;
  readonly kind: BrowserKind;
}

export interface FindBrowser {
  /** The lean engine first, where there is one. */
  readonly lean?: boolean;
  /** Set by the operator: this one or none. */
  readonly path?: string | undefined;
  /** Default: `process.env`; CHROME_PATH and PATH are read. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** For a machine whose folders are elsewhere. */
  readonly places?: readonly FoundBrowser[];
}

// The programs themselves: Debian's /usr/bin/chromium-headless-shell is a shell script that stays between us and the browser.
const PLACES: readonly FoundBrowser[] = [
  { kind: 'headless-shell', path: '/usr/lib/chromium/chromium-headless-shell' },
  { kind: 'headless-shell', path: '/usr/lib64/chromium-browser/headless_shell' },
  { kind: 'headless-shell', path: '/opt/google/chrome-headless-shell/chrome-headless-shell' },
  { kind: 'chromium', path: '/usr/lib/chromium/chromium' },
  { kind: 'chromium', path: '/usr/bin/chromium' },
  { kind: 'chromium', path: '/usr/bin/chromium-browser' },
  { kind: 'chrome', path: '/opt/google/chrome/chrome' },
  { kind: 'chrome', path: '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' },
  { kind: 'chromium', path: '/Applications/Chromium.app/Contents/MacOS/Chromium' },
  { kind: 'chrome', path: 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe' },
];
const NAMES: readonly (readonly [string, BrowserKind])[] = [
  ['chrome-headless-shell', 'headless-shell'],
  ['chromium', 'chromium'],
  ['chromium-browser', 'chromium'],
  ['google-chrome', 'chrome'],
  ['google-chrome-stable', 'chrome'],
];

const runs = async (path: string): Promise<boolean> => {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
};

const kindOf = (path: string): BrowserKind =>
  /headless[-_]shell/i.test(path) ? 'headless-shell' : /chromium/i.test(path) ? 'chromium' : 'chrome';

/** The browser of this machine. NO_BROWSER, with what to do, when there is none. */
export async function findBrowser({
  lean = false,
  path,
  env = process.env,
  places = PLACES,
}: FindBrowser = {}): Promise<FoundBrowser> {
  for (const [given, from] of [
    [path, 'The setting'],
    [env['CHROME_PATH'], 'CHROME_PATH'],
  ] as const) {
    if (given === undefined || given === '') continue;
    if (isAbsolute(given) && (await runs(given))) return { path: given, kind: kindOf(given) };
    throw new MusterError(
      'NO_BROWSER',
      `${from} names ${given}, which is no program that can be run. Give the full path of one.`,
    );
  }
  const onPath = (env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const all = [
    ...places,
    ...NAMES.flatMap(([name, kind]) => onPath.map((folder): FoundBrowser => ({ kind, path: join(folder, name) }))),
  ];
  const isLean = ({ kind }: FoundBrowser): boolean => kind === 'headless-shell';
  // Without the lean engine a full one does the same work; without a full one, nothing stands in for it.
  const ordered = lean ? [...all.filter(isLean), ...all.filter((one) => !isLean(one))] : all.filter((one) => !isLean(one));
  for (const one of ordered) if (await runs(one.path)) return one;
  throw new MusterError(
    'NO_BROWSER',
    `No ${lean ? 'browser' : 'Chromium or Chrome'} was found. Install one (Debian and Ubuntu: apt-get install chromium${lean ? ' chromium-headless-shell' : ''}), or name its program in CHROME_PATH.`,
  );
}
