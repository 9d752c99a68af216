import type { Delivery } from '@muster/api';
import type { DeliveryRecord } from '@muster/core';
import type { HostCore } from '../host-core.ts';
import type { DeepReadonly, Handlers } from './handler.ts';

type HookOperations =
  | 'listHooks'
  | 'addHook'
  | 'getHook'
  | 'revealHook'
  | 'editHook'
  | 'removeHook'
  | 'testHook'
  | 'listDeliveries';

const deliveryInfo = ({ hook: _h, body: _b, ...shown }: DeliveryRecord): DeepReadonly<Delivery> => shown;

export const hookHandlers = ({ hooks }: HostCore): Pick<Handlers, HookOperations> => ({
  listHooks: () => hooks.list(),
  addHook: ({ body, caller }) => hooks.add(body, caller.actor),
  getHook: ({ params }) => hooks.get(params.id),
  revealHook: async ({ params, caller }) => ({ target: await hooks.reveal(params.id, caller.actor) }),
  editHook: ({ params, body: { enabled }, caller }) => hooks.setEnabled(params.id, enabled, caller.actor),
  async removeHook({ params, caller }) {
    await hooks.remove(params.id, caller.actor);
    return { ok: true };
  },
  testHook: ({ params, caller }) => hooks.test(params.id, caller.actor),
  listDeliveries: async ({ params, query }) => (await hooks.deliveries(params.id, query.limit)).map(deliveryInfo),
});
