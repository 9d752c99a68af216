import type { HttpPart } from '@muster/sdk';
import { z } from 'zod';

const Known = z.object({
  clientId: z.string(),
  isReady: z.boolean(),
  hasQR: z.boolean(),
  exists: z.boolean(),
});
const ok = z.literal(true);

/** How these paths say no, whoever says it. */
export const refusal: NonNullable<HttpPart['refusal']> = ({ code, message }) => ({ success: false, error: message, code });

/** Paths of a WhatsApp manager that people have scripts for. Bodies are read here: what is wrong with them is said their way. */
export const routes: HttpPart['routes'] = {
  create: {
    method: 'POST',
    path: '/api/session/create',
    summary: 'Open a session, with a new account where the short name is new: {clientId, config?: {phone, name, link}}',
    scopes: ['operate'],
    response: z.object({ success: ok, clientId: z.string(), message: z.string() }),
  },
  list: {
    method: 'GET',
    path: '/api/session/list',
    summary: 'All sessions',
    scopes: ['read'],
    response: z.object({ success: ok, count: z.int(), sessions: z.array(Known) }),
  },
  stats: {
    method: 'GET',
    path: '/api/session/stats',
    summary: 'How many there are, and how many are ready',
    scopes: ['read'],
    response: z.object({ success: ok, totalClients: z.int(), readyClients: z.int(), clientIds: z.array(z.string()) }),
  },
  status: {
    method: 'GET',
    path: '/api/session/{clientId}/status',
    summary: 'How a session is',
    scopes: ['read'],
    response: Known.extend({ success: ok, state: z.string(), status: z.string().nullable(), why: z.string().nullable() }),
  },
  qr: {
    method: 'GET',
    path: '/api/session/{clientId}/qr',
    summary: 'The QR code that waits to be scanned, as text; 404 when there is none',
    scopes: ['operate'],
    response: z.object({ success: ok, clientId: z.string(), qr: z.string(), expiresAt: z.number().nullable() }),
  },
  destroy: {
    method: 'DELETE',
    path: '/api/session/{clientId}',
    summary: 'Close a session; its login is kept',
    scopes: ['operate'],
    response: z.object({ success: ok, clientId: z.string(), message: z.string() }),
  },
  media: {
    method: 'GET',
    path: '/api/message/media/{clientId}/{messageId}',
    summary: 'The file that came with a message, as it is; 404 when it is not kept',
    scopes: ['read'],
  },
  sendText: {
    method: 'POST',
    path: '/api/message/send-text',
    summary: 'Send a text: {clientId = "default", phone, message, key?}',
    scopes: ['operate'],
    response: z.object({
      success: ok,
      clientId: z.string(),
      key: z.string(),
      state: z.string(),
      messageId: z.string().nullable(),
    }),
  },
};
