import { MusterError } from '@muster/sdk';
import type { AnyAccountAction, AnyPluginAction, Plugin } from '@muster/sdk';
import type { z } from 'zod';
import type { Plugins } from '../plugins/plugins.ts';

export type FoundAction = { readonly plugin: Plugin } & (
  | { readonly over: 'account'; readonly action: AnyAccountAction }
  | { readonly over: 'plugin'; readonly action: AnyPluginAction }
);

/** NOT_FOUND with what there is, or what `Plugins.get` says of a plugin that is not there. */
export function findAction(plugins: Plugins, pluginId: string, name: string): FoundAction {
  const plugin = plugins.get(pluginId);
  if (Object.hasOwn(plugin.actions, name)) {
    return { plugin, over: 'account', action: plugin.actions[name] as AnyAccountAction };
  }
  if (Object.hasOwn(plugin.pluginActions, name)) {
    return { plugin, over: 'plugin', action: plugin.pluginActions[name] as AnyPluginAction };
  }
  const known = [...Object.keys(plugin.actions), ...Object.keys(plugin.pluginActions)];
  const has = known.length === 0 ? 'it has none' : `it has: ${known.join(', ')}`;
  throw new MusterError('NOT_FOUND', `There is no action ${pluginId}.${name}; ${has}.`);
}

/** The input as the action gets it, defaults filled in. BAD_INPUT names the first field that does not fit. */
export function parseInput(
  { input }: { readonly input: z.ZodObject },
  value: unknown,
  action: string,
): Readonly<Record<string, unknown>> {
  const parsed = input.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first, ...others] = parsed.error.issues;
  const path = first?.path.join('.') ?? '';
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  const what = `${path === '' ? 'input' : path}: ${first?.message ?? 'invalid'}${more}`;
  throw new MusterError('BAD_INPUT', `${what}. See the inputs of ${action}.`);
}
