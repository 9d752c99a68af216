import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findPlugins, lendPackages, pluginFault } from '@muster/core';
import { MusterError, safeText, type Plugin } from '@muster/sdk';
import type { Context } from './context.ts';
import { nearest } from './nearest.ts';
import { version } from './version.ts';

/** Loads a plugin into this process, by id or by the path of its folder or file. For what needs no host. */
export async function loadPlugin(context: Context, reference: string): Promise<Plugin> {
  const { entry, fault } = await findOne(context, reference);
  if (entry === null || fault)
    throw new MusterError(
      'PLUGIN_BROKEN',
      `The plugin ${safeText(reference)} was not loaded: ${fault?.reason ?? 'it has no entry'}`,
    );
  const giveBack = lendPackages(resolve(entry, '..'));
  try {
    const loaded = (await import(pathToFileURL(entry).href)) as { readonly default?: unknown };
    const wrong = pluginFault(loaded.default);
    if (wrong !== undefined) throw new MusterError('PLUGIN_BROKEN', `The plugin ${safeText(reference)} was not loaded: ${wrong}`);
    return loaded.default as Plugin;
  } finally {
    giveBack();
  }
}

async function findOne({ checkout, directory, cwd }: Context, reference: string): ReturnType<typeof firstOf> {
  const path = resolve(cwd, reference);
  if (/[/\\.]/.test(reference) && existsSync(path)) return firstOf(await findPlugins({ packages: [path] }, version()), reference);
  const found = await findPlugins(
    { data: join(directory, 'plugins'), ...(checkout === null ? {} : { checkout: join(checkout, 'plugins') }) },
    version(),
  );
  return firstOf(
    found.filter(({ id }) => id === reference),
    reference,
    found.map(({ id }) => id),
  );
}

async function firstOf(found: Awaited<ReturnType<typeof findPlugins>>, reference: string, ids: readonly string[] = []) {
  const [first] = found;
  if (first) return first;
  const near = nearest(reference, ids);
  const hint = near === undefined ? `There are: ${ids.join(', ') || 'none'}.` : `Did you mean ${near}?`;
  throw new MusterError('NOT_FOUND', `There is no plugin "${safeText(reference)}". ${hint}`);
}
