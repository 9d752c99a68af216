import { readdir, realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { isLoneModule, loneManifest, readManifest, type Manifest } from './manifest.ts';
import type { PluginListing } from './plugins.ts';

export interface FoundPlugin extends Manifest {
  readonly source: PluginListing['source'];
}

export interface PluginPlaces {
  /** The checkout's own `plugins/`. */
  readonly checkout?: string;
  /** `plugins/` of the data directory. */
  readonly data?: string;
  /** Packages named in the settings, by name or absolute folder; names are looked up from the data directory, then from here. */
  readonly packages?: readonly string[];
}

async function inDirectory(directory: string, coreVersion: string): Promise<Manifest[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const found: Manifest[] = [];
  for (const entry of entries.toSorted((left, right) => (left.name < right.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isFile() && isLoneModule(entry.name)) found.push(loneManifest(await realpath(path)));
    else if (entry.isDirectory() || entry.isSymbolicLink()) {
      const manifest = await readManifest(path, coreVersion);
      if (manifest) found.push(manifest);
    }
  }
  return found;
}

async function inPackages(name: string, from: string | undefined, coreVersion: string): Promise<Manifest> {
  const bases = [...(from === undefined ? [] : [join(from, 'package.json')]), import.meta.url];
  const folders = isAbsolute(name)
    ? [name]
    : bases.flatMap((base) => createRequire(base).resolve.paths(name) ?? []).map((base) => join(base, name));
  for (const folder of folders) {
    const manifest = await readManifest(folder, coreVersion);
    if (manifest) return manifest;
  }
  const reason = `No package "${name}" with a "muster.plugin" in its package.json was found. Install it, or take it out of the settings.`;
  return { id: name, title: name, version: '0.0.0', entry: null, fault: { state: 'broken', reason } };
}

/** Every plugin there is, without running any of their code. The same module found twice is one. */
export async function findPlugins(places: PluginPlaces, coreVersion: string): Promise<FoundPlugin[]> {
  const found: FoundPlugin[] = [];
  const met = new Set<string>();
  const take = (manifests: readonly Manifest[], source: FoundPlugin['source']): void => {
    for (const manifest of manifests) {
      if (manifest.entry !== null && met.has(manifest.entry)) continue;
      if (manifest.entry !== null) met.add(manifest.entry);
      found.push({ ...manifest, source });
    }
  };
  if (places.checkout !== undefined) take(await inDirectory(places.checkout, coreVersion), 'checkout');
  if (places.data !== undefined) take(await inDirectory(places.data, coreVersion), 'data');
  for (const name of places.packages ?? []) take([await inPackages(name, places.data, coreVersion)], 'config');
  return found;
}
