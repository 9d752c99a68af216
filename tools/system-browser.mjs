// Installs the browsers that the plugins drive, where a package manager and the rights are there. Plain JavaScript for Node 18
// and later, no packages. It never fails a start: the plugins that need a browser say so themselves.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { findPackageManager, onPath, runs } from './package-manager.mjs';

/** Where each is looked for, and its packages by package manager; none where it comes with the other. */
const FULL = {
  places: [
    '/usr/lib/chromium/chromium',
    '/opt/google/chrome/chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ],
  names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  packages: { 'apt-get': ['chromium'], dnf: ['chromium'], apk: ['chromium'], pacman: ['chromium'] },
};
const LEAN = {
  places: ['/usr/lib/chromium/chromium-headless-shell', '/usr/lib64/chromium-browser/headless_shell'],
  names: ['chromium-headless-shell', 'chrome-headless-shell'],
  packages: { 'apt-get': ['chromium-headless-shell'], dnf: ['chromium-headless'], apk: [], pacman: [] },
};

const isThere = (kind, { path, anywhere }) =>
  (anywhere && kind.places.some(runs)) || kind.names.some((name) => onPath(name, path) !== undefined);

/**
 * Installs what is missing. `noted` is a file that remembers a try, so that a machine where it cannot be done is not asked at
 * every start. `anywhere: false` looks on the PATH only. What it does and what a person has to do goes to `say`.
 */
export async function ensureSystemBrowser({
  noted,
  path = process.env.PATH ?? '',
  uid = process.getuid?.() ?? -1,
  anywhere = true,
  say = (message) => console.error(`muster: ${message}`),
}) {
  if (process.env.MUSTER_BROWSER_INSTALL === 'no' || process.env.CHROME_PATH) return;
  const missing = [FULL, LEAN].filter((kind) => !isThere(kind, { path, anywhere }));
  if (missing.length === 0 || existsSync(noted)) return;
  try {
    mkdirSync(dirname(noted), { recursive: true });
    writeFileSync(noted, '');
  } catch {
    // A checkout that cannot be written to: tried at each start, then.
  }

  const manager = await findPackageManager({ path, uid });
  const wanted = missing.flatMap(({ packages }) => packages[manager?.name] ?? []);
  const giveUp = (why) => {
    // A full browser does the work of a lean one, at about twice the memory: no reason to bother anybody.
    if (!missing.includes(FULL)) return;
    const remedy = manager ? `run "${manager.byHand(wanted)}"` : 'install Chromium or Google Chrome';
    say(`${why}: plugins that drive a browser will not work until you ${remedy}, or name one in CHROME_PATH; all else does.`);
  };
  if (!manager) return giveUp('no browser was found, and no package manager that could install one');
  if (wanted.length === 0) return;
  if (!manager.allowed) return giveUp('no browser was found, and this user may not install one');

  say(`installing ${wanted.join(' and ')} with ${manager.name} (once; the plugins that drive a browser need it) …`);
  let done = await manager.install(wanted);
  // Not every system has the lean one.
  if (!done && missing.length === 2) done = await manager.install(FULL.packages[manager.name]);
  if (!done) giveUp(`${manager.name} could not install a browser`);
}
