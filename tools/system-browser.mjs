// Installs the browsers that the plugins drive, where a package manager and the rights are there. Plain JavaScript for Node 18
// and later, no packages. It never fails a start: the plugins that need a browser say so themselves.
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';

const FULL = {
  places: [
    '/usr/lib/chromium/chromium',
    '/opt/google/chrome/chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ],
  names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
};
const LEAN = {
  places: ['/usr/lib/chromium/chromium-headless-shell', '/usr/lib64/chromium-browser/headless_shell'],
  names: ['chromium-headless-shell', 'chrome-headless-shell'],
};

/** Each package manager, with its packages of the full browser and of the lean one (empty where it comes with the other). */
const MANAGERS = [
  {
    name: 'apt-get',
    full: ['chromium'],
    lean: ['chromium-headless-shell'],
    update: ['update', '-q'],
    install: ['install', '-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=60'],
  },
  { name: 'dnf', full: ['chromium'], lean: ['chromium-headless'], install: ['install', '-y', '-q'] },
  { name: 'apk', full: ['chromium'], lean: [], install: ['add', '--no-cache', '-q'] },
  { name: 'pacman', full: ['chromium'], lean: [], install: ['-S', '--noconfirm', '--needed'] },
];
const LONGEST_MS = 600_000;

const runs = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

const onPath = (name, path) =>
  path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find(runs);

const isThere = (kind, { path, anywhere }) =>
  (anywhere && kind.places.some(runs)) || kind.names.some((name) => onPath(name, path) !== undefined);

/** Runs a program without a terminal. True when it ended well. */
function run([program, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: 'ignore',
      timeout: LONGEST_MS,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    child.on('error', () => resolve(false));
    child.on('close', (status) => resolve(status === 0));
  });
}

/**
 * Installs what is missing. `noted` is a file that remembers a try, so that a machine where it cannot be done is not asked at
 * every start. `anywhere: false` looks on the PATH only. Resolves with what was said, for tests.
 */
export async function ensureSystemBrowser({
  noted,
  path = process.env.PATH ?? '',
  uid = process.getuid?.() ?? -1,
  anywhere = true,
  say = (message) => console.error(`muster: ${message}`),
}) {
  if (process.env.MUSTER_BROWSER_INSTALL === 'no' || process.env.CHROME_PATH) return;
  const missing = { full: !isThere(FULL, { path, anywhere }), lean: !isThere(LEAN, { path, anywhere }) };
  if ((!missing.full && !missing.lean) || existsSync(noted)) return;
  try {
    mkdirSync(dirname(noted), { recursive: true });
    writeFileSync(noted, '');
  } catch {
    // A checkout that cannot be written to: tried at each start, then.
  }

  const manager = MANAGERS.find(({ name }) => onPath(name, path) !== undefined);
  const wanted = manager ? [missing.full ? manager.full : [], missing.lean ? manager.lean : []] : [];
  const byHand = manager
    ? `run "${uid === 0 ? '' : 'sudo '}${[manager.name, ...manager.install.slice(0, 1), ...wanted.flat()].join(' ')}"`
    : 'install Chromium or Google Chrome';
  const giveUp = (why) => {
    // A full browser does the work of a lean one, at about twice the memory: no reason to bother anybody.
    if (missing.full)
      say(`${why}: plugins that drive a browser will not work until you ${byHand}, or name one in CHROME_PATH; all else does.`);
  };
  if (!manager) return giveUp('no browser was found, and no package manager that could install one');
  if (wanted.flat().length === 0) return;
  const program = onPath(manager.name, path);
  const sudo = onPath('sudo', path);
  const may = uid === 0 ? [] : sudo && (await run([sudo, '-n', 'true'])) ? [sudo, '-n'] : undefined;
  if (!may) return giveUp('no browser was found, and this user may not install one');

  say(`installing ${wanted.flat().join(' and ')} with ${manager.name} (once; the plugins that drive a browser need it) …`);
  const install = (packages) => run([...may, program, ...manager.install, ...packages]);
  let done = await install(wanted.flat());
  if (!done && manager.update) {
    await run([...may, program, ...manager.update]);
    done = await install(wanted.flat());
  }
  // Not every system has the lean one.
  if (!done && missing.full && missing.lean && manager.lean.length > 0) done = await install(manager.full);
  if (!done) giveUp(`${manager.name} could not install a browser`);
}
