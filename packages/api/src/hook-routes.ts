import { z } from 'zod';
import type { RouteDefinition } from './route-definition.ts';

/** Milliseconds since the epoch. */
const Time = z.int();
const Id = z.object({ id: z.string().min(1).max(200) });

export const HookTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('webhook'), url: z.string().max(2_000) }),
  z.object({ kind: z.literal('command'), command: z.string().max(4_000) }),
  z.object({
    kind: z.literal('mail'),
    host: z.string().max(253),
    port: z.int().min(1).max(65_535),
    security: z.enum(['tls', 'starttls', 'none']),
    user: z.string().max(200).nullable(),
    from: z.string().max(320),
    to: z.array(z.string().max(320)).min(1).max(20),
  }),
]);
const DeliveryState = z.enum(['waiting', 'sent', 'failed', 'dropped']);

export const Hook = z.object({
  id: z.string(),
  name: z.string(),
  target: HookTarget.describe('Of an address scheme and host, of a command the program: the rest may hold keys'),
  events: z.array(z.string()),
  plugin: z.string().nullable(),
  hasSecret: z.boolean(),
  enabled: z.boolean(),
  waiting: z.int(),
  sent: z.int(),
  failed: z.int(),
  last: z.object({ state: DeliveryState, outcome: z.string().nullable(), createdAt: Time, attempts: z.int() }).nullable(),
  createdAt: Time,
});

export const Delivery = z.object({
  id: z.string(),
  type: z.string(),
  message: z.string(),
  state: DeliveryState,
  attempts: z.int(),
  notBefore: Time,
  outcome: z.string().nullable(),
  createdAt: Time,
  endedAt: Time.nullable(),
});

export const HOOK_ROUTES = {
  listHooks: { summary: 'Who is told of what', scope: 'read', response: z.array(Hook) },
  addHook: {
    summary: 'Be told by a webhook, a command or mail; the secret that is made for a webhook is shown this once',
    scope: 'admin',
    body: z.object({
      name: z.string().max(100).optional(),
      target: HookTarget,
      events: z.array(z.string().max(100)).max(50).optional().describe('Types: job.ended (the default), whatsapp.*, *'),
      plugin: z.string().max(64).optional(),
      secret: z.string().max(1_000).optional().describe('The key of the signature, or the password of the mail account'),
    }),
    response: z.object({ hook: Hook, secret: z.string().nullable() }),
  },
  getHook: { summary: 'One hook, by id or name', scope: 'read', params: Id, response: Hook },
  revealHook: {
    summary: 'Show the whole address or command; audited',
    scope: 'secrets',
    params: Id,
    response: z.object({ target: HookTarget }),
  },
  editHook: {
    summary: 'Enable or disable a hook',
    scope: 'admin',
    params: Id,
    body: z.object({ enabled: z.boolean() }),
    response: Hook,
  },
  removeHook: {
    summary: 'Remove a hook, with what waits for it',
    scope: 'admin',
    params: Id,
    response: z.object({ ok: z.literal(true) }),
  },
  testHook: {
    summary: 'Send a made-up event now',
    scope: 'admin',
    params: Id,
    response: z.object({ ok: z.boolean(), outcome: z.string() }),
  },
  listDeliveries: {
    summary: 'What was sent, newest first',
    scope: 'read',
    params: Id,
    query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
    response: z.array(Delivery),
  },
} as const satisfies Record<string, RouteDefinition>;
