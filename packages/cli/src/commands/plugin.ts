import { cp, mkdir, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { PluginInfo } from '@muster/api';
import { MusterError, safeText } from '@muster/sdk';
import { InvalidArgumentError, type Command } from 'commander';
import { refuseOrAsk } from '../ask/confirm.ts';
import type { Context } from '../context.ts';
import { loadPlugin } from '../load-plugin.ts';
import { configurePlugin, type ConfigFlags } from '../plugin/configure-plugin.ts';
import { newPlugin } from '../plugin/new-plugin.ts';
import { testPlugin } from '../plugin/test-plugin.ts';
import type { Column } from '../print/table.ts';

const COLUMNS: readonly Column<PluginInfo>[] = [
  { title: 'PLUGIN', value: ({ id }) => id },
  { title: 'VERSION', value: ({ version }) => version },
  { title: 'STATE', value: ({ state }) => state },
  { title: 'FROM', value: ({ source }) => source },
  { title: 'ACTIONS', value: ({ actions }) => actions.map(({ name }) => name).join(' '), flexible: true },
  { title: 'SERVICE', value: ({ service }) => service?.state ?? null, spare: 1 },
  { title: 'REASON', value: ({ reason, service }) => reason ?? service?.why ?? null, flexible: true },
];

const pluginsFolder = ({ directory }: Context): string => join(directory, 'plugins');

async function add(context: Context, reference: string, { yes }: { readonly yes?: boolean }): Promise<void> {
  const { out, cwd } = context;
  const from = resolve(cwd, reference);
  const facts = await stat(from).catch(() => undefined);
  if (facts === undefined) throw new MusterError('NOT_FOUND', `There is no folder or file ${safeText(reference)}.`);
  if (!yes)
    await refuseOrAsk(
      context,
      `A plugin is trusted code: it runs with your rights and sees the secrets of its accounts.`,
      'trust',
    );
  const { id } = await loadPlugin(context, from);
  const to = join(pluginsFolder(context), facts.isDirectory() ? id : basename(from));
  const known = await stat(to).then(
    () => true,
    () => false,
  );
  if (known) throw new MusterError('CONFLICT', `${to} is there already; \`muster plugin remove ${id}\` first.`);
  await mkdir(pluginsFolder(context), { recursive: true, mode: 0o700 });
  await cp(from, to, { recursive: true, filter: (path) => basename(path) !== '.git' });
  out.document({ id, path: to });
  out.line(`Added ${id} at ${to}.`);
  out.note('muster: the host loads it at its next start: muster stop');
}

async function remove(context: Context, id: string): Promise<void> {
  const { out } = context;
  if (!/^[\w.-]+$/.test(id) || id.startsWith('.'))
    throw new MusterError('BAD_REQUEST', `"${safeText(id)}" is no name of a plugin.`);
  const folder = pluginsFolder(context);
  for (const name of [id, `${id}.ts`, `${id}.js`, `${id}.mjs`]) {
    const path = join(folder, name);
    if (!(await stat(path).catch(() => undefined))) continue;
    await rm(path, { recursive: true });
    out.document({ removed: path });
    out.line(`Removed ${path}; its accounts stay.`);
    out.note('muster: the host forgets it at its next start: muster stop');
    return;
  }
  throw new MusterError('NOT_FOUND', `There is no plugin "${id}" in ${folder}; those of the checkout are removed there.`);
}

const kebab = (text: string): string => {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(text)) throw new InvalidArgumentError('An id is kebab-case: a-z, 0-9 and -.');
  return text;
};

export function register(program: Command, context: Context): void {
  const { out } = context;
  const plugin = program.command('plugin').description('Plugins: what is there, and how to make one.');
  plugin
    .command('list')
    .description('Every plugin, and why one did not load.')
    .action(async () => {
      const plugins = await (await context.client()).call('listPlugins');
      out.document({ plugins });
      out.table(COLUMNS, plugins);
    });
  plugin
    .command('config')
    .description(
      'Shows the settings of a plugin, or changes them: field=value; field=null takes the default back, or is the value where a setting may be null.',
    )
    .argument('<plugin>')
    .argument('[field=value...]')
    .option('--secret <field...>', 'ask for these secret settings')
    .option('--secrets-stdin', 'read secret settings from stdin: a JSON object, or the one line of one')
    .action((id: string, words: string[], flags: ConfigFlags) => configurePlugin(context, id, words, flags));
  plugin
    .command('add')
    .description('Copies a plugin (a folder, or one file) into the data directory.')
    .argument('<path>')
    .option('--yes', 'do not ask whether it is trusted')
    .action((path: string, flags: { readonly yes?: boolean }) => add(context, path, flags));
  plugin
    .command('remove')
    .description('Takes a plugin out of the data directory.')
    .argument('<id>')
    .action((id: string) => remove(context, id));
  plugin
    .command('new')
    .description('Makes a plugin that passes its tests, to start from.')
    .argument('<id>', 'kebab-case', kebab)
    .option('--into <folder>', 'in this folder (default: plugins/ of the data directory)')
    .action(async (id: string, { into }: { readonly into?: string }) => {
      const path = await newPlugin(context, id, into);
      out.document({ id, path });
      out.line(`Made ${path}. In a checkout of muster, \`npx muster plugin test ${path}\` runs its tests.`);
      if (into === undefined) out.note('muster: a host that runs loads it at its next start: muster stop');
    });
  plugin
    .command('test')
    .description('Runs the conformance suite against a plugin and its simulator; in a checkout of muster only.')
    .argument('<plugin>', 'id, folder or file')
    .action((reference: string) => testPlugin(context, reference));
}
