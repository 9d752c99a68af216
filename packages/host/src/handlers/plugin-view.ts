import type { ActionInfo, PluginInfo } from '@muster/api';
import type { PluginListing } from '@muster/core';
import type { AnyAccountAction, AnyPluginAction } from '@muster/sdk';
import { z } from 'zod';
import type { HostCore } from '../host-core.ts';

/**
 * JSON Schema of what a client may send. What JSON Schema cannot say (a transform) is left open; the host validates. Of a
 * secret field neither default nor example is told.
 */
const inputSchema = (schema: z.ZodType): Record<string, unknown> => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ jsonSchema }) {
      if (jsonSchema['secret'] !== true) return;
      delete jsonSchema.default;
      delete jsonSchema.examples;
    },
  });
  return rest;
};

const actionView = (name: string, scope: ActionInfo['scope'], action: AnyAccountAction | AnyPluginAction): ActionInfo => ({
  name,
  title: action.title,
  description: action.description ?? null,
  scope,
  dangerous: action.dangerous ?? false,
  concurrency: 'concurrency' in action ? (action.concurrency ?? null) : null,
  input: inputSchema(action.input),
});

/** A plugin as clients see it; one that did not load has its listing and its reason, and nothing else. */
export function pluginView(
  listing: PluginListing,
  { plugins, pluginServices }: Pick<HostCore, 'plugins' | 'pluginServices'>,
): PluginInfo {
  const { id, title, version, source, state, reason } = listing;
  const about = { id, title, version, source, state, reason };
  if (state !== 'loaded') {
    const nothing = { statuses: [], actions: [], exports: [], account: null, config: null, settings: null, importOptions: null };
    return { ...about, ...nothing, rank: null, views: [], service: null, sessions: false, demo: false };
  }
  const plugin = plugins.get(id);
  return {
    ...about,
    rank: plugin.rank ?? null,
    statuses: Object.keys(plugin.statuses),
    actions: [
      ...Object.entries(plugin.actions).map(([name, action]) => actionView(name, 'account', action)),
      ...Object.entries(plugin.pluginActions).map(([name, action]) => actionView(name, 'plugin', action)),
    ],
    account: inputSchema(plugin.account),
    config: inputSchema(plugin.config),
    settings: plugins.shown(id),
    importOptions: plugin.import ? inputSchema(plugin.import.options) : null,
    exports: Object.keys(plugin.exports),
    views: Object.entries(plugin.views).map(([name, { title, about }]) => ({ name, title, about })),
    service: plugin.service
      ? { ...pluginServices.status(id), opensBy: plugin.service.opensBy, strategyIn: plugin.service.strategyIn }
      : null,
    sessions: plugin.session !== undefined,
    demo: plugin.demo !== undefined && plugin.simulator !== undefined,
  };
}
