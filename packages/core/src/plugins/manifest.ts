import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, extname, join, relative, resolve, isAbsolute } from 'node:path';
import semver from 'semver';
import { z } from 'zod';

/** What is known of a plugin before any of its code runs. */
export interface Manifest {
  /** The folder's or file's name until the plugin itself is loaded and says its own. */
  readonly id: string;
  readonly title: string;
  readonly version: string;
  /** The module to load; null when it must not be, for this reason. */
  readonly entry: string | null;
  readonly fault: { readonly state: 'broken' | 'incompatible'; readonly reason: string } | null;
}

const PackageJson = z.object({
  name: z.string().optional(),
  version: z.string().default('0.0.0'),
  description: z.string().optional(),
  muster: z.object({ plugin: z.string().min(1) }).optional(),
  engines: z.object({ muster: z.string().optional() }).optional(),
});

/** `@muster/plugin-pokepool` and `muster-plugin-pokepool` are `pokepool`. */
const shortName = (name: string): string => name.replace(/^@[^/]*\//, '').replace(/^(?:muster-)?plugin-/, '');

const broken = (of: Pick<Manifest, 'id' | 'version'>, reason: string): Manifest => {
  return { ...of, title: of.id, entry: null, fault: { state: 'broken', reason } };
};

/** Undefined when the folder is no plugin at all: it has no package.json, or one that names none. */
export async function readManifest(folder: string, coreVersion: string): Promise<Manifest | undefined> {
  const file = join(folder, 'package.json');
  const own = { id: basename(folder), version: '0.0.0' };
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return broken(own, `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return broken(own, `${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = PackageJson.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return broken(own, `${file}: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { name, version, muster, engines } = parsed.data;
  if (!muster) return undefined;
  const known = { id: name === undefined ? own.id : shortName(name), version };
  const entry = resolve(folder, muster.plugin);
  const inside = relative(folder, entry);
  if (inside.startsWith('..') || isAbsolute(inside))
    return broken(known, `${file}: muster.plugin points outside of the plugin's folder: ${muster.plugin}`);
  const range = engines?.muster;
  const wants = incompatibility(range, coreVersion, file);
  if (wants) return { ...known, title: known.id, entry: null, fault: { state: 'incompatible', reason: wants } };
  const there = await stat(entry).catch(() => undefined);
  if (!there?.isFile()) return broken(known, `${entry} does not exist. Build the plugin first.`);
  return { ...known, title: known.id, entry: await realpath(entry), fault: null };
}

function incompatibility(range: string | undefined, coreVersion: string, file: string): string | undefined {
  if (range === undefined)
    return `${file} does not say which muster it works with; add "engines": { "muster": "^${coreVersion}" }.`;
  if (semver.validRange(range) === null) return `${file}: engines.muster is no version range: ${range}`;
  if (semver.satisfies(coreVersion, range, { includePrerelease: true })) return undefined;
  return `It works with muster ${range}, and this is ${coreVersion}. Take another version of one of them.`;
}

const MODULES = new Set(['.ts', '.mts', '.js', '.mjs']);

/** A single file is a plugin without a manifest: it takes whatever muster there is. */
export const isLoneModule = (file: string): boolean =>
  MODULES.has(extname(file)) && !/\.d\.m?ts$|\.test\.m?[jt]s$/.test(file) && !basename(file).startsWith('.');

export const loneManifest = (file: string): Manifest => {
  const id = basename(file, extname(file));
  return { id, title: id, version: '0.0.0', entry: file, fault: null };
};
