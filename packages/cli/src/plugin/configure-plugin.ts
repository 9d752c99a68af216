import { MusterError, safeText } from '@muster/sdk';
import { askForSecrets, secretNames, secretsFromStdin } from '../ask/secret-fields.ts';
import type { Context } from '../context.ts';
import { parseAssignments, type ObjectSchema } from '../run/schema-flags.ts';

export interface ConfigFlags {
  readonly secretsStdin?: boolean;
  readonly secret?: readonly string[];
}

/** Secret settings come from stdin, or are asked for by name: never from the command line. */
async function secretsOf(context: Context, schema: ObjectSchema, flags: ConfigFlags): Promise<Record<string, unknown>> {
  const fields = secretNames(schema);
  const wanted = flags.secret ?? [];
  const unknown = wanted.filter((name) => !fields.includes(name));
  if (unknown.length > 0) {
    const known = fields.join(', ') || 'none';
    throw new MusterError('BAD_REQUEST', `${safeText(unknown.join(', '))} is no secret setting; there are: ${known}.`);
  }
  if (flags.secretsStdin === true) return secretsFromStdin(wanted.length > 0 ? wanted : fields);
  return wanted.length > 0 ? askForSecrets(context, wanted, wanted) : {};
}

/** Shows the settings of a plugin, or changes those that are given; `field=null` takes one back to its default, or is its value. */
export async function configurePlugin(context: Context, id: string, words: readonly string[], flags: ConfigFlags): Promise<void> {
  const { out, cwd } = context;
  const client = await context.client();
  const before = await client.call('getPlugin', { params: { plugin: id } });
  if (before.config === null) {
    throw new MusterError('PLUGIN_BROKEN', `The plugin ${id} is ${before.state}: ${before.reason ?? 'no reason given'}.`);
  }
  const plain = parseAssignments(words, before.config, { cwd, anyNull: true });
  const body = { ...plain, ...(await secretsOf(context, before.config, flags)) };
  const { settings } =
    Object.keys(body).length === 0 ? before : await client.call('configurePlugin', { params: { plugin: id }, body });
  out.document({ plugin: id, settings });
  for (const [name, value] of Object.entries(settings ?? {}))
    out.line(`${safeText(name)}=${safeText(JSON.stringify(value) ?? '')}`);
  if (settings === null)
    out.note(`muster: ${safeText(id)} needs a setting that was not made; \`muster plugin config ${safeText(id)} --help\`.`);
}
