import { PATHS, type OperationId } from '@muster/api';
import type { Redactor } from '@muster/core';
import { MusterError, toMusterError } from '@muster/sdk';
import { Hono } from 'hono';
import type { Handlers } from '../handlers/handler.ts';
import type { Tokens } from '../tokens/tokens.ts';
import { authenticate } from './authenticate.ts';
import type { HostEnv } from './caller.ts';
import { errorAnswer } from './error-answer.ts';
import { guard } from './guard.ts';
import { serveOperation } from './serve-operation.ts';
import { servePlugin, type PluginServing } from './serve-plugin.ts';

export interface AppParts {
  readonly handlers: Handlers;
  readonly tokens: Tokens;
  readonly pluginServing: PluginServing;
  readonly redactor: Redactor;
  readonly phase: () => 'starting' | 'running' | 'stopping';
  /** The OpenAPI document, made anew: plugins and their settings may have changed. */
  readonly openapi: () => unknown;
  /** OpenMetrics text. */
  readonly metrics: () => Promise<string>;
  /** For what nobody expected: the client gets its message, the log its stack. */
  readonly logDefect: (error: MusterError, what: string) => void;
}

/** The API of the host, without a socket: every way in ends here. */
export function createApp(parts: AppParts): Hono<HostEnv> {
  const app = new Hono<HostEnv>();
  app.use(async (c, next) => {
    await next();
    // Made as for a GET, and read by nobody: a stream would wait for its reader for ever.
    if (c.req.method === 'HEAD') await c.res.body?.cancel();
  });
  app.use(guard);
  app.get('/healthz', (c) => {
    const phase = parts.phase();
    return c.json({ status: phase }, phase === 'running' ? 200 : 503);
  });
  app.use(async (_c, next) => {
    const phase = parts.phase();
    if (phase !== 'running') throw new MusterError('UNAVAILABLE', `The host is ${phase}.`, { retryAfterMs: 1_000 });
    await next();
  });
  app.use(authenticate(parts.tokens, parts.pluginServing.paths));
  app.get('/openapi.json', (c) => c.json(parts.openapi() as object));
  app.get('/metrics', async (c) => {
    const { scopes, reach } = c.get('caller');
    if (!scopes.has('read') || reach)
      throw new MusterError('FORBIDDEN', 'This needs a token with the scope "read" that is not limited to sessions.');
    const headers = { 'content-type': 'application/openmetrics-text; version=1.0.0; charset=utf-8' };
    return c.body(await parts.metrics(), 200, headers);
  });
  for (const id of Object.keys(PATHS) as OperationId[]) {
    const [method = '', path = ''] = PATHS[id].split(' ');
    app.on(method, path.replaceAll(/\{(\w+)\}/g, ':$1'), serveOperation(id, parts.handlers));
  }
  app.use(servePlugin(parts.pluginServing));
  app.notFound((c) => {
    const what = `${c.req.method} ${c.req.path}`;
    return errorAnswer(new MusterError('NOT_FOUND', `There is no ${what}. /openapi.json lists what there is.`), parts.redactor);
  });
  app.onError((thrown, c) => {
    const error = toMusterError(thrown);
    if (error.code === 'INTERNAL') parts.logDefect(error, `${c.req.method} ${c.req.routePath}`);
    const plugin = parts.pluginServing.paths.find(c.req.method, c.req.path)?.plugin;
    try {
      return errorAnswer(error, parts.redactor, plugin?.http?.refusal);
    } catch (broken) {
      parts.logDefect(toMusterError(broken), `how ${plugin?.id} says no`);
      return errorAnswer(error, parts.redactor);
    }
  });
  return app;
}
