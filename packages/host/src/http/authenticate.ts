import { MusterError } from '@muster/sdk';
import type { MiddlewareHandler } from 'hono';
import type { Tokens } from '../tokens/tokens.ts';
import { LOCAL, type HostEnv } from './caller.ts';
import type { PluginPaths } from './plugin-paths.ts';

/** `user:token` of basic authentication; the user may be anything. */
function basicToken(header: string): string | undefined {
  const [, coded = ''] = /^Basic +([\w+/=-]+) *$/i.exec(header) ?? [];
  const text = Buffer.from(coded, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : text.slice(colon + 1);
}

/**
 * The socket's file mode has decided already; over TCP a bearer token says who calls. Where `paths` finds a plugin's route, the token
 * may be the password of basic authentication: tools that can say no header can put it into a URL. UNAUTHORIZED.
 */
export const authenticate =
  (tokens: Tokens, paths: PluginPaths): MiddlewareHandler<HostEnv> =>
  async (c, next) => {
    if (c.env.door.kind === 'local') c.set('caller', LOCAL);
    else {
      const header = c.req.header('authorization') ?? '';
      const bearer = /^Bearer +([^\s]+) *$/i.exec(header)?.[1];
      const text = bearer ?? (paths.find(c.req.method, c.req.path) ? basicToken(header) : undefined);
      if (text === undefined) {
        throw new MusterError('UNAUTHORIZED', 'A bearer token is needed: make one with `muster token create`.');
      }
      c.set('caller', await tokens.authenticate(text));
    }
    await next();
  };
