import type { z } from 'zod';
import { MusterError } from './errors.ts';
import { hiddenSecret } from './hidden-secret.ts';
import type { Plugin, PluginDefinition } from './plugin.ts';
import { secretFields } from './secret.ts';

const HTTP_PATH = /^(?:\/[\w.~-]+|\/\{[a-zA-Z]\w*\})+\/?$/;
/** The host's own. */
const TAKEN_PATH = /^\/(?:v\d+|healthz|metrics|openapi\.json)(?:\/|$)/;
const ID = /^[a-z][a-z0-9-]{0,31}$/;

/** Declares a provider. Keep the module cheap to import: load browsers, panels and parsers lazily. */
export function definePlugin<
  C extends z.ZodObject,
  A extends z.ZodObject,
  I extends Record<string, z.ZodObject> = Record<never, z.ZodObject>,
  J extends Record<string, z.ZodObject> = Record<never, z.ZodObject>,
  O extends z.ZodObject = z.ZodObject,
>(definition: PluginDefinition<C, A, I, J, O>): Plugin {
  const { id, account, identity, rank, actions = {}, pluginActions = {}, views = {} } = definition;
  const refuse = (message: string): never => {
    throw new MusterError('PLUGIN_BROKEN', `plugin "${id}": ${message}`);
  };
  for (const name of [id, ...Object.keys(actions), ...Object.keys(pluginActions), ...Object.keys(views)]) {
    if (!ID.test(name)) refuse(`"${name}" is not a kebab-case id`);
  }
  for (const name of Object.keys(actions)) if (name in pluginActions) refuse(`action "${name}" is declared twice`);
  for (const field of [...identity.flatMap((fields) => fields ?? []), ...(rank ? [rank] : [])]) {
    if (!(field in account.shape)) refuse(`the account schema has no field "${field}"`);
  }
  const secrets = secretFields(account);
  for (const field of [...identity.flatMap((fields) => fields ?? []), ...(rank ? [rank] : [])])
    if (secrets.includes(field)) refuse(`"${field}" is secret; what accounts are known and ordered by is shown`);
  for (const [what, schema] of [
    ['account', account],
    ['config', definition.config],
  ] as const) {
    const field = hiddenSecret(schema);
    if (field !== undefined) refuse(`${what}.${field} holds secret() inside, where it seals nothing; mark the whole field`);
  }
  const verbs: Readonly<Record<string, { readonly input: z.ZodObject }>> = { ...actions, ...pluginActions };
  for (const [name, { input }] of Object.entries(verbs)) {
    const field = secretFields(input)[0] ?? hiddenSecret(input);
    if (field !== undefined)
      refuse(
        `the input "${field}" of "${name}" is secret, but inputs are kept with the job and shown; make it a field of the account or a setting, or ask() for it`,
      );
  }
  const { onAdded } = definition;
  if (onAdded && !(onAdded.action in actions)) refuse(`onAdded names "${onAdded.action}", which is no action over accounts`);
  const { opensBy, strategyIn } = definition.service ?? {};
  if (opensBy !== undefined && !(opensBy in pluginActions))
    refuse(`service.opensBy names "${opensBy}", which is no action of the plugin`);
  if (strategyIn !== undefined && !(strategyIn in definition.config.shape))
    refuse(`service.strategyIn names "${strategyIn}", which is no setting`);
  for (const { method, path } of Object.values(definition.http?.routes ?? {})) {
    if (!HTTP_PATH.test(path)) refuse(`the path ${path} of ${method} is not like /account/{id}`);
    if (TAKEN_PATH.test(path)) refuse(`the path ${path} belongs to the host`);
  }
  const [first] = identity;
  return {
    statuses: {},
    exports: {},
    label: (data: Readonly<Record<string, unknown>>) => first.map((field) => `${data[field] as string | number}`).join('/'),
    rank: undefined,
    import: undefined,
    onAdded: undefined,
    http: undefined,
    service: undefined,
    session: undefined,
    views,
    demo: undefined,
    simulator: undefined,
    ...definition,
    actions,
    pluginActions,
  } as unknown as Plugin;
}
