import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { DEFAULT_LOOK, type Look, lookFrom } from './look.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the look is kept: as the XDG base directory specification says. */
export function lookFile({ XDG_CONFIG_HOME: config = '', HOME: home }: Environment): string {
  const folder = isAbsolute(config) ? config : join(home ?? homedir(), '.config');
  return join(folder, 'muster', 'screen.json');
}

/** A file that is missing or damaged is no reason not to start. */
export function readLook(file: string): Look {
  try {
    return lookFrom(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return DEFAULT_LOOK;
  }
}

export function writeLook(file: string, look: Look): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const next = `${file}.${process.pid}`;
  writeFileSync(next, `${JSON.stringify(look, null, 2)}\n`, { mode: 0o600 });
  renameSync(next, file);
}
