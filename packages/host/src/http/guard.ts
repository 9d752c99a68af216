import { MusterError } from '@muster/sdk';
import type { MiddlewareHandler } from 'hono';
import type { HostEnv } from './caller.ts';

/**
 * Keeps browsers of foreign pages out. A name that resolves to loopback (DNS rebinding) shows in the Host header: WRONG_HOST. A page
 * elsewhere shows in Origin or Sec-Fetch-Site: FORBIDDEN.
 */
export const guard: MiddlewareHandler<HostEnv> = async (c, next) => {
  const { door } = c.env;
  if (door.kind === 'tcp') {
    const host = c.req.header('host')?.toLowerCase() ?? '';
    if (!door.hosts.has(host)) {
      throw new MusterError('WRONG_HOST', `This host does not answer to "${host}". Use ${[...door.hosts].join(' or ')}.`);
    }
  }
  const origin = c.req.header('origin');
  const own = door.kind === 'tcp' && origin !== undefined && door.hosts.has(origin.replace(/^http:\/\//, ''));
  const site = c.req.header('sec-fetch-site') ?? 'none';
  if ((origin !== undefined && !own) || !['none', 'same-origin'].includes(site)) {
    throw new MusterError('FORBIDDEN', 'Pages of other origins may not call this host.');
  }
  await next();
};
