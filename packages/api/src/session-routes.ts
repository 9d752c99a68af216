import { z } from 'zod';
import type { RouteDefinition } from './route-definition.ts';
import { Session, SessionChallenge, SessionList } from './session-schemas.ts';

const Account = z.object({ account: z.string().min(1).max(300).describe('An id, or an unambiguous label') });

/** Live connections of accounts. A token that is limited to some sessions sees only those. */
export const SESSION_ROUTES = {
  listSessions: {
    summary: 'Sessions, with what is left of closed ones',
    scope: 'read',
    limited: true,
    query: z.object({ plugin: z.string().max(64).optional() }),
    response: SessionList,
  },
  getSession: { summary: 'One session with its history', scope: 'read', limited: true, params: Account, response: Session },
  openSession: {
    summary: 'Open the session of an account; it comes back by itself until it is closed',
    scope: 'operate',
    limited: true,
    params: Account,
    body: z.object({ input: z.record(z.string(), z.unknown()).optional().describe('What the plugin takes') }),
    response: Session,
  },
  closeSession: { summary: 'Close a session cleanly', scope: 'operate', limited: true, params: Account, response: Session },
  sessionChallenge: {
    summary: 'What a person has to scan or type to log in; 404 when there is nothing',
    scope: 'operate',
    limited: true,
    params: Account,
    response: SessionChallenge,
  },
  sessionQr: {
    summary: 'The same as a picture or as text; 404 when there is none',
    scope: 'operate',
    limited: true,
    params: Account,
    query: z.object({
      format: z.enum(['png', 'text']).default('png'),
      scale: z.coerce.number().int().min(1).max(20).default(8).describe('Points of the picture for each module'),
    }),
    response: z.string(),
    stream: 'bytes',
  },
} as const satisfies Record<string, RouteDefinition>;
