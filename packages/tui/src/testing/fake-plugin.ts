import type { PluginInfo } from '@muster/api';
import { type Answers, bodyOf } from './fake-call.ts';
import type { FakeHost } from './fake-host.ts';

/** A plugin with one action that asks, one that cannot be undone, and a level. */
export const DEMO_PLUGIN: PluginInfo = {
  id: 'demo',
  title: 'Demo',
  version: '1.0.0',
  source: 'checkout',
  state: 'loaded',
  reason: null,
  rank: 'level',
  statuses: [],
  actions: [
    {
      name: 'check',
      title: 'Check',
      description: 'Logs in and looks.',
      scope: 'account',
      dangerous: false,
      concurrency: null,
      input: {
        type: 'object',
        properties: {
          attempts: { type: 'integer', minimum: 1, maximum: 9, description: 'tries per account' },
          deep: { type: 'boolean', default: false },
        },
        required: ['attempts'],
      },
    },
    {
      name: 'wipe',
      title: 'Wipe',
      description: null,
      scope: 'account',
      dangerous: true,
      concurrency: null,
      input: { type: 'object', properties: {} },
    },
  ],
  account: {
    type: 'object',
    properties: {
      username: { type: 'string', minLength: 1 },
      password: { type: 'string', secret: true },
      level: { type: 'integer', default: 1 },
    },
    required: ['username'],
  },
  config: null,
  settings: null,
  importOptions: { type: 'object', properties: { level: { type: 'integer', minimum: 1, maximum: 40 } } },
  exports: [],
  views: [],
  service: null,
  sessions: false,
  demo: true,
};

export const PLUGIN_ANSWERS: Answers<FakeHost> = {
  listPlugins: (host) => host.plugins,
  applicableActions: (host, args) => {
    const selected = host.roster.select(bodyOf(args)['selection']);
    const can = selected.filter(({ state }) => state === 'ready').length;
    const cannot = can === selected.length ? [] : [{ reason: 'they are not ready', count: selected.length - can }];
    return [
      { plugin: 'demo', action: 'check', title: 'Check', can, cannot, dangerous: false },
      {
        plugin: 'demo',
        action: 'wipe',
        title: 'Wipe',
        can: 0,
        cannot: [{ reason: 'they hold nothing', count: selected.length }],
        dangerous: true,
      },
    ];
  },
  configurePlugin: (host, { params, body: settings }) => {
    host.plugins = host.plugins.map((plugin) =>
      plugin.id === params?.['plugin'] ? { ...plugin, settings: settings as PluginInfo['settings'] } : plugin,
    );
    return host.plugins[0];
  },
};
