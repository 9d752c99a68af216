import type { HttpRoute } from '@muster/sdk';

/** The gateway on the host's own doors: for clients within the process, and over its socket. */
export const gatewayRoutes = {
  chat: {
    method: 'POST',
    path: '/k2think/v1/chat/completions',
    summary: "OpenAI's chat completions, over all accounts; streams too",
    scopes: ['operate'],
  },
  models: { method: 'GET', path: '/k2think/v1/models', summary: 'The models of the service', scopes: ['operate'] },
  stats: { method: 'GET', path: '/k2think/v1/muster/stats', summary: 'Figures of the gateway', scopes: ['operate'] },
  reset: { method: 'POST', path: '/k2think/v1/muster/reset', summary: 'Forget counts and cooldowns', scopes: ['operate'] },
} as const satisfies Record<string, HttpRoute>;
