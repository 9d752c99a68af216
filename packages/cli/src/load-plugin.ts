import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findPlugins, lendPackages, pluginFault, type FoundPlugin } from '@muster/core';
import { MusterError, safeText, type Plugin } from '@muster/sdk';
import type { Context } from './context.ts';
import { nearest } from './nearest.ts';
import { ownPlugins, version } from './own-package.ts';

/** Loads a plugin into this process, by id or by the path of its folder or file. For what needs no host. */
export async function loadPlugin(context: Context, reference: string): Promise<Plugin> {
  const { entry, fault } = await findPlugin(context, reference);
  if (entry === null || fault)
    throw new MusterError(
      'PLUGIN_BROKEN',
      `The plugin ${safeText(reference)} was not loaded: ${fault?.reason ?? 'it has no entry'}`,
    );
  // For the rest of this process: a plugin loads its parts when it needs them.
  lendPackages(dirname(entry));
  const loaded = (await import(pathToFileURL(entry).href)) as { readonly default?: unknown };
  const wrong = pluginFault(loaded.default);
  if (wrong !== undefined) {
    throw new MusterError('PLUGIN_BROKEN', `The plugin ${safeText(reference)} was not loaded: ${wrong}`);
  }
  return loaded.default as Plugin;
}

/** Where a plugin is, by id or by path, without running any of its code. */
export async function findPlugin({ checkout, directory, cwd }: Context, reference: string): Promise<FoundPlugin> {
  const path = resolve(cwd, reference);
  if (/[/\\.]/.test(reference) && existsSync(path)) return firstOf(await findPlugins({ packages: [path] }, version()), reference);
  const found = await findPlugins({ data: join(directory, 'plugins'), checkout: ownPlugins(checkout) }, version());
  return firstOf(
    found.filter(({ id }) => id === reference),
    reference,
    found.map(({ id }) => id),
  );
}

function firstOf(found: readonly FoundPlugin[], reference: string, ids: readonly string[] = []): FoundPlugin {
  const [first] = found;
  if (first) return first;
  const near = nearest(reference, ids);
  const hint = near === undefined ? `There are: ${ids.join(', ') || 'none'}.` : `Did you mean ${near}?`;
  throw new MusterError('NOT_FOUND', `There is no plugin "${safeText(reference)}". ${hint}`);
}
