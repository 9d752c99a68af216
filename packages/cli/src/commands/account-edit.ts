import type { Client } from '@muster/api';
import { MusterError, safeText } from '@muster/sdk';
import { askForSecrets, secretNames, secretsFromStdin } from '../ask/secret-fields.ts';
import type { Context } from '../context.ts';
import { parseAssignments, type ObjectSchema } from '../run/schema-flags.ts';

export interface EditFlags {
  readonly secretsStdin?: boolean;
  readonly secret?: readonly string[];
  readonly tag?: readonly string[];
  readonly priority?: number;
}

async function accountSchema(client: Client, plugin: string): Promise<ObjectSchema> {
  const { account, state, reason } = await client.call('getPlugin', { params: { plugin } });
  if (account === null)
    throw new MusterError('PLUGIN_BROKEN', `The plugin ${plugin} is ${state}: ${reason ?? 'no reason given'}.`);
  return account;
}

export async function addAccount(context: Context, plugin: string, words: readonly string[], flags: EditFlags): Promise<void> {
  const client = await context.client();
  const schema = await accountSchema(client, plugin);
  const plain = parseAssignments(words, schema, context);
  const fields = secretNames(schema);
  const required = schema.required ?? [];
  const asked = fields.length > 0 && (context.interactive || fields.some((name) => required.includes(name)));
  const secrets = flags.secretsStdin
    ? await secretsFromStdin(fields)
    : asked
      ? await askForSecrets(context, fields, required)
      : {};
  const account = await client.call('addAccount', { body: { plugin, data: { ...plain, ...secrets } } });
  context.out.document({ account });
  context.out.line(`Added ${safeText(account.label)} (${account.id}).`);
}

export async function editAccount(
  context: Context,
  reference: string,
  words: readonly string[],
  flags: EditFlags,
): Promise<void> {
  const client = await context.client();
  const account = await client.call('getAccount', { params: { id: reference } });
  const schema = await accountSchema(client, account.plugin);
  const plain = parseAssignments(words, schema, context);
  const fields = secretNames(schema);
  const wanted = flags.secret ?? [];
  const unknown = wanted.filter((name) => !fields.includes(name));
  if (unknown.length > 0)
    throw new MusterError('BAD_REQUEST', `${unknown.join(', ')} is no secret field; there are: ${fields.join(', ')}.`);
  const secrets = flags.secretsStdin
    ? await secretsFromStdin(fields)
    : wanted.length > 0
      ? await askForSecrets(context, wanted, wanted)
      : {};
  const data = { ...plain, ...secrets };
  const body = {
    ...(Object.keys(data).length === 0 ? {} : { data }),
    ...(flags.tag === undefined ? {} : { tags: [...flags.tag] }),
    ...(flags.priority === undefined ? {} : { priority: flags.priority }),
  };
  if (Object.keys(body).length === 0)
    throw new MusterError('BAD_REQUEST', 'Nothing to change: give field=value, --secret, --tag or --priority.');
  const changed = await client.call('editAccount', { params: { id: account.id }, body });
  context.out.document({ account: changed });
  context.out.line(`Changed ${safeText(changed.label)}.`);
}
