import { MusterError } from '@muster/sdk';
import type { MiddlewareHandler } from 'hono';
import type { Tokens } from '../tokens/tokens.ts';
import { LOCAL, type HostEnv } from './caller.ts';

/** The socket's file mode has decided already; over TCP a bearer token says who calls. UNAUTHORIZED. */
export const authenticate =
  (tokens: Tokens): MiddlewareHandler<HostEnv> =>
  async (c, next) => {
    if (c.env.door.kind === 'local') c.set('caller', LOCAL);
    else {
      const text = /^Bearer +([^\s]+) *$/i.exec(c.req.header('authorization') ?? '')?.[1];
      if (text === undefined) {
        throw new MusterError('UNAUTHORIZED', 'A bearer token is needed: make one with `muster token create`.');
      }
      c.set('caller', await tokens.authenticate(text));
    }
    await next();
  };
