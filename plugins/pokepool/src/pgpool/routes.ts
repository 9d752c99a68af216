import type { HttpPart } from '@muster/sdk';
import { z } from 'zod';
import { Reports, RequestQuery } from './schemas.ts';

/** The paths of PGPool (`codename-art/PGPool`), as its clients use them. */
export const pgpool: HttpPart = {
  routes: {
    request: {
      method: 'GET',
      path: '/account/request',
      summary: 'Accounts for a system, leased until they are released or not updated for a while',
      scopes: ['operate', 'secrets'],
      query: RequestQuery,
      response: z.unknown().describe('An account where one was asked for and one was there, else a list'),
    },
    update: {
      method: 'POST',
      path: '/account/update',
      summary: 'What became of accounts in use; renews their leases',
      scopes: ['operate'],
      body: Reports,
    },
    release: {
      method: 'POST',
      path: '/account/release',
      summary: 'Accounts come back, free or at rest',
      scopes: ['operate'],
      body: Reports,
    },
    status: { method: 'GET', path: '/status', summary: 'The stock, as a table', scopes: ['read'] },
  },
  load: () => import('../http.ts'),
};
