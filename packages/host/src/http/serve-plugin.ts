import type { PluginHttp } from '@muster/core';
import { MusterError } from '@muster/sdk';
import type { MiddlewareHandler } from 'hono';
import type { z } from 'zod';
import type { HostEnv } from './caller.ts';
import type { FoundRoute, PluginPaths } from './plugin-paths.ts';
import { readJsonBody } from './request-body.ts';

/** Tools that already speak these paths know 400 for what is wrong with a request, and send more than a schema names. */
function parse(part: 'query' | 'body', schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return value;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 5).map(({ path, message }) => `${path.map(String).join('.') || part}: ${message}`);
  throw new MusterError('BAD_REQUEST', `${issues.join('; ')}.`, { details: { part } });
}

/** No browser keeps it, or takes it for a page, unless the plugin says so. */
function guarded(response: Response): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of [
    ['cache-control', 'no-store'],
    ['x-content-type-options', 'nosniff'],
  ] as const) {
    if (!headers.has(name)) headers.set(name, value);
  }
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

export interface PluginServing {
  readonly pluginHttp: PluginHttp;
  readonly paths: PluginPaths;
}

/** Answers the paths of plugins; anything else goes on. The doors, and who calls, were looked at before. */
export const servePlugin =
  ({ pluginHttp, paths }: PluginServing): MiddlewareHandler<HostEnv> =>
  async (c, next) => {
    const found = paths.find(c.req.method, c.req.path);
    if (!found) return next();
    const { plugin, name, route, params }: FoundRoute = found;
    const { actor, scopes, reach } = c.get('caller');
    const missing = route.scopes.filter((scope) => !scopes.has(scope));
    if (missing.length > 0) {
      throw new MusterError('FORBIDDEN', `This needs the scope "${missing.join('" and "')}", which "${actor}" does not have.`);
    }
    if (reach && !plugin.session) {
      throw new MusterError('FORBIDDEN', `The token "${actor}" is limited to sessions, and ${plugin.title} has none.`);
    }
    const request = c.req.raw;
    const body = route.body && parse('body', route.body, await readJsonBody(request, { anyType: true }));
    const query = parse('query', route.query, c.req.query());
    const { default: handlers } = (await plugin.http?.load()) ?? { default: {} };
    const handle = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
    if (!handle) throw new MusterError('PLUGIN_BROKEN', `The plugin "${plugin.id}" has no handler for its route "${name}".`);
    const asked = { actor, params, query, body, signal: request.signal, reach };
    return guarded(await pluginHttp.serve(plugin.id, asked, (context) => handle(request, context)));
  };
