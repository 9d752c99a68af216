// Runs before `npm start` and `npm test`, when nothing is installed yet: plain JavaScript for Node 18 and later, no packages.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, openSync, closeSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const OLDEST_TO_INSTALL = 18;
const OLDEST_TO_RUN = [22, 18];

const root = new URL('../', import.meta.url);
const lockFile = new URL('package-lock.json', root);
const stamp = new URL('node_modules/.muster-lock', root);
// Not in node_modules: npm empties that folder while another start may be waiting.
const work = new URL('.bootstrap/', root);
const busy = new URL('lock', work);
const npmLog = new URL('npm.log', work);

const read = (url) => {
  try {
    return readFileSync(url, 'utf8');
  } catch {
    return undefined;
  }
};

function fail(message) {
  console.error(`muster: ${message}`);
  process.exit(1);
}

const digest = (text) => createHash('sha256').update(`${process.platform}/${process.arch}\n${text}`).digest('hex');

/** npm's own record of what is installed names everything that the lock file does, in the same versions. */
function matchesInstalled(lockText) {
  const record = read(new URL('node_modules/.package-lock.json', root));
  if (record === undefined) return false;
  try {
    const wanted = Object.entries(JSON.parse(lockText).packages);
    const installed = JSON.parse(record).packages;
    return wanted.every(([path, { version, integrity, optional }]) => {
      const found = installed[path];
      if (path === '') return true;
      if (found === undefined) return optional === true;
      return found.version === version && found.integrity === integrity;
    });
  } catch {
    return false;
  }
}

function installed() {
  const lockText = read(lockFile);
  if (lockText === undefined) fail('package-lock.json is missing; this is not a whole checkout');
  const wanted = digest(lockText);
  if (read(stamp) === wanted) return true;
  // A developer's own `npm install` came before: nothing to do but to remember it.
  if (!matchesInstalled(lockText) || !runtimeFits()) return false;
  writeFileSync(stamp, wanted);
  return true;
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** One install at a time for this checkout: a file that names its owner, taken over when the owner is dead. */
async function acquire() {
  mkdirSync(work, { recursive: true });
  for (let said = false; ;) {
    try {
      const file = openSync(busy, 'wx');
      writeFileSync(file, String(process.pid));
      closeSync(file);
      process.on('exit', () => rmSync(busy, { force: true }));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') fail(`the checkout cannot be written to (${error.code}: ${fileURLToPath(busy)})`);
    }
    const owner = Number(read(busy));
    // Empty for the moment between its making and its writing.
    if (owner > 0 && !isAlive(owner)) takeAway(owner);
    else {
      if (!said) console.error('muster: another start is installing; waiting for it …');
      said = true;
      await sleep(200);
    }
  }
}

/** Removes a dead owner's file; if somebody took it over in the meantime, that one is put back. */
function takeAway(owner) {
  const mine = new URL(`lock.${process.pid}`, work);
  try {
    renameSync(busy, mine);
    if (Number(read(mine)) !== owner) linkSync(mine, busy);
  } catch {
    // Somebody else was quicker.
  }
  rmSync(mine, { force: true });
}

const CAUSES = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|network/i,
    'the package registry cannot be reached; check the network or the proxy setting of npm, then run the same command again',
  ],
  [
    /EUSAGE|in sync|Missing: .* from lock file/i,
    'package-lock.json does not fit package.json; run "npm install" and commit the lock file',
  ],
  [/ENOSPC/, 'the disk is full'],
  [/EACCES|EPERM|EROFS/, 'the checkout cannot be written to by this user'],
  [
    /EINTEGRITY/,
    'a downloaded package does not have the checksum in package-lock.json; run "npm cache verify", then the same command again',
  ],
];

function npmCi() {
  return new Promise((resolve) => {
    const child = spawn('npm', ['ci', '--loglevel=error', '--no-audit', '--no-fund'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: process.platform === 'win32',
      env: { ...process.env, PUPPETEER_SKIP_DOWNLOAD: '1' },
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('error', (error) => resolve({ ok: false, said: String(error), missing: error.code === 'ENOENT' }));
    child.on('close', (status, signal) => resolve({ ok: status === 0, said, signal }));
  });
}

/** True when a Node that can run muster is there: the one of the checkout, or the caller's own. */
function runtimeFits() {
  const own = new URL('node_modules/node/bin/node', root);
  const { stdout } = spawnSync(fileURLToPath(own), ['--version'], { encoding: 'utf8' });
  const [major = 0, minor = 0] = (stdout || process.version).replace('v', '').split('.').map(Number);
  return major > OLDEST_TO_RUN[0] || (major === OLDEST_TO_RUN[0] && minor >= OLDEST_TO_RUN[1]);
}

const LIBRARY = /error while loading shared libraries: (lib[\w.+-]+)/;
/** The packages of the libraries that the runtime of the checkout needs and a bare system lacks, by package manager. */
const LIBRARIES = { 'libatomic.so.1': { 'apt-get': 'libatomic1', dnf: 'libatomic', pacman: 'gcc-libs' } };

/** Installs a system's library, or ends with what to do. */
async function installLibrary(library) {
  const { findPackageManager } = await import('./package-manager.mjs');
  const manager = await findPackageManager();
  const wanted = LIBRARIES[library]?.[manager?.name];
  const why = `the runtime that comes with the checkout needs ${library}, which this machine lacks`;
  if (!wanted) fail(`${why}; install it, then run the same command again`);
  const byHand = `run "${manager.byHand([wanted])}", then the same command again`;
  if (!manager.allowed) fail(`${why}, and this user may not install it; ${byHand}`);
  console.error(`muster: installing ${wanted} with ${manager.name} (once; the runtime needs it) …`);
  if (!(await manager.install([wanted]))) fail(`${why}, and ${manager.name} could not install it; ${byHand}`);
}

async function install() {
  rmSync(stamp, { force: true });
  console.error('muster: installing dependencies (once; about a minute) …');
  let outcome = await npmCi();
  const library = outcome.ok ? undefined : LIBRARY.exec(outcome.said)?.[1];
  if (library) {
    await installLibrary(library);
    outcome = await npmCi();
  }
  const { ok, said, signal, missing } = outcome;
  if (missing) fail('npm was not found on the PATH; install Node.js together with npm');
  if (!ok) {
    writeFileSync(npmLog, said);
    if (signal) fail(`the install was interrupted (${signal}); run the same command again`);
    const cause = CAUSES.find(([pattern]) => pattern.test(said))?.[1] ?? `npm ci failed`;
    fail(`${cause} (what npm said: ${fileURLToPath(npmLog)})`);
  }
  if (!runtimeFits()) {
    fail(
      `the runtime that comes with the checkout was not unpacked, and this Node is ${process.version}; allow install scripts ("npm rebuild node --ignore-scripts=false"), or use Node ${OLDEST_TO_RUN.join('.')} or later`,
    );
  }
  writeFileSync(stamp, digest(readFileSync(lockFile, 'utf8')));
}

const major = Number(process.versions.node.split('.')[0]);
if (major < OLDEST_TO_INSTALL) fail(`Node ${process.versions.node} is too old to install it; take Node 20 or later`);
if (!installed()) {
  await acquire();
  if (!installed()) await install();
}
const { ensureSystemBrowser } = await import('./system-browser.mjs');
await ensureSystemBrowser({ noted: fileURLToPath(new URL('browser', work)) });
