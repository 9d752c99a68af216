import { MusterError, safeText } from '@muster/sdk';
import type { Context } from '../context.ts';
import { parseAssignments } from '../run/schema-flags.ts';

/** Shows the settings of a plugin, or changes those that are given; `field=null` takes one back to its default. */
export async function configurePlugin(context: Context, id: string, words: readonly string[]): Promise<void> {
  const { out, cwd } = context;
  const client = await context.client();
  const before = await client.call('getPlugin', { params: { plugin: id } });
  if (before.config === null) {
    throw new MusterError('PLUGIN_BROKEN', `The plugin ${id} is ${before.state}: ${before.reason ?? 'no reason given'}.`);
  }
  const body = parseAssignments(words, before.config, { cwd, anyNull: true });
  const { settings } = words.length === 0 ? before : await client.call('configurePlugin', { params: { plugin: id }, body });
  out.document({ plugin: id, settings });
  for (const [name, value] of Object.entries(settings ?? {}))
    out.line(`${safeText(name)}=${safeText(JSON.stringify(value) ?? '')}`);
  if (settings === null)
    out.note(`muster: ${safeText(id)} needs a setting that was not made; \`muster plugin config ${safeText(id)} --help\`.`);
}
