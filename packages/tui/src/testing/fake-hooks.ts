import type { Delivery, Hook } from '@muster/api';
import { type Answers, bodyOf } from './fake-call.ts';

export interface FakeHooks {
  hooks: Hook[];
  /** What was sent, whichever hook is asked for. */
  deliveries: Delivery[];
}

export const fakeHook = (name: string, change: Partial<Hook> = {}): Hook => ({
  id: `id-${name}`,
  name,
  target: { kind: 'webhook', url: `https://example.org/${name}` },
  events: ['job.ended'],
  plugin: null,
  hasSecret: true,
  enabled: true,
  waiting: 0,
  sent: 3,
  failed: 0,
  last: null,
  createdAt: 0,
  ...change,
});

export const HOOK_ANSWERS: Answers<FakeHooks> = {
  listHooks: (host) => host.hooks,
  listDeliveries: (host) => host.deliveries,
  addHook: (host, args) => {
    const { name = 'new', target, events = ['job.ended'], plugin = null } = bodyOf(args);
    const hook = fakeHook(name, { target, events, plugin });
    host.hooks = [...host.hooks, hook];
    return { hook, secret: hook.target.kind === 'webhook' ? 'made-key-once' : null };
  },
  editHook: (host, args) => {
    host.hooks = host.hooks.map((hook) =>
      hook.id === args.params?.['id'] ? { ...hook, enabled: bodyOf(args)['enabled'] === true } : hook,
    );
    return host.hooks.find(({ id }) => id === args.params?.['id']);
  },
  revealHook: (host, { params }) => ({ target: host.hooks.find(({ id }) => id === params?.['id'])?.target }),
  removeHook: (host, { params }) => {
    host.hooks = host.hooks.filter(({ id }) => id !== params?.['id']);
    return { ok: true };
  },
  testHook: () => ({ ok: false, outcome: 'HTTP 500' }),
};
