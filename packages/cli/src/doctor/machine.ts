import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { bytes } from '../print/words.ts';
import { fail, ok, warn, type Finding } from './check.ts';

const NEEDED = [22, 18] as const;

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number);
  const fits = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
  return fits
    ? ok('node', version)
    : fail('node', `${version} is too old`, `take Node ${NEEDED.join('.')} or later; in a checkout \`npm start\` brings its own`);
}

export interface TerminalFacts {
  readonly tty: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The screen works on any terminal; this says what is lost on this one. */
export function checkTerminal({ tty, columns, rows, env }: TerminalFacts): Finding[] {
  if (!tty) return [warn('terminal', 'this is none', 'the screen needs one; every command works without')];
  const size = `${columns}x${rows}`;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return [
    columns >= 60 && rows >= 16
      ? ok('terminal', `${env['TERM'] ?? 'unknown'}, ${size}`)
      : warn('terminal', `${size} is small`, 'below 60x16 the screen is one card; 80x24 shows lists'),
    /utf-?8/i.test(locale)
      ? ok('characters', locale)
      : warn(
          'characters',
          `the locale is ${locale || 'not set'}`,
          'glyphs are drawn in ASCII; set LANG to a UTF-8 locale, as C.UTF-8',
        ),
    env['NO_COLOR'] || env['TERM'] === 'dumb' || env['TERM'] === 'linux'
      ? warn('colour', `reduced (${env['NO_COLOR'] ? 'NO_COLOR' : `TERM=${env['TERM']}`})`, 'states keep their glyph and word')
      : ok('colour', env['COLORTERM'] || env['TERM'] || 'yes'),
  ];
}

/** The nearest folder that exists: where the data directory would be made. */
async function existing(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    const there = await stat(folder).then(
      () => true,
      () => false,
    );
    if (there || dirname(folder) === folder) return folder;
  }
}

export async function checkDirectory(directory: string): Promise<Finding> {
  const facts = await stat(directory).catch(() => undefined);
  if (facts === undefined) {
    const above = await existing(directory);
    return access(above, constants.W_OK | constants.X_OK).then(
      () => ok('data', `${directory} will be made at the first start`),
      () => fail('data', `${directory} cannot be made: ${above} is not writable`, 'name another with --data or $MUSTER_HOME'),
    );
  }
  if (!facts.isDirectory()) return fail('data', `${directory} is not a folder`, 'name another with --data or $MUSTER_HOME');
  const uid = process.getuid?.();
  if (uid !== undefined && uid !== 0 && facts.uid !== uid) {
    return fail('data', `${directory} belongs to another user`, 'use your own, or run as that user');
  }
  const writable = await access(directory, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!writable) {
    const mends =
      (facts.mode & 0o700) === 0o700
        ? 'mount it writable, or name another with --data or $MUSTER_HOME'
        : `chmod 700 ${directory}`;
    return fail('data', `${directory} cannot be written to`, mends);
  }
  return (facts.mode & 0o077) === 0
    ? ok('data', directory)
    : warn('data', `others can look into ${directory}`, `chmod 700 ${directory}`);
}

const LOW = 200_000_000;
const VERY_LOW = 20_000_000;

export async function checkDisk(directory: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(await existing(directory));
  const free = bavail * bsize;
  if (free < VERY_LOW)
    return fail('disk', `${bytes(free)} free`, 'make room: the store stops taking writes when the disk is full');
  return free < LOW ? warn('disk', `${bytes(free)} free`, 'make room before it is full') : ok('disk', `${bytes(free)} free`);
}

const BROWSERS = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Looks for a browser on the PATH. None of today's plugins needs one, so its absence is no more than a warning. */
export async function checkBrowser(env: Readonly<Record<string, string | undefined>>): Promise<Finding> {
  const named = env['CHROME_PATH'] ?? env['PUPPETEER_EXECUTABLE_PATH'];
  const places = named
    ? [named]
    : BROWSERS.flatMap((name) => (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)));
  for (const place of places) {
    const runs = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return ok('browser', place);
  }
  return warn(
    'browser',
    named ? `${named} cannot be run` : 'no Chromium was found',
    'only plugins that drive a browser need it: install chromium, or set CHROME_PATH',
  );
}
