import type { OperationId } from '@muster/api';
import { ROUTES, type RouteDefinition } from '@muster/api/routes';
import { MusterError } from '@muster/sdk';
import type { Context } from 'hono';
import type { Bytes, Handlers } from '../handlers/handler.ts';
import type { HostEnv } from './caller.ts';
import { parsePart, strict } from './parse-part.ts';
import { readJsonBody, readUpload } from './request-body.ts';
import { startEarly, toBytes, toLines } from './streams.ts';

type AnyHandler = (call: Record<string, unknown>) => unknown;

const noUpload: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => [][Symbol.iterator]() as never };

async function bytesAnswer({ type, body }: Bytes): Promise<Response> {
  // Whatever an account's fields say, no browser takes it for a page.
  const headers = { 'content-type': type, 'x-content-type-options': 'nosniff', 'content-disposition': 'attachment' };
  const content = body instanceof Uint8Array ? new Uint8Array(body) : toBytes(await startEarly(body));
  return new Response(content, { headers });
}

/** What an operation does with a request: scope, validation, the handler, and its answer in the form the route declares. */
export function serveOperation(id: OperationId, handlers: Handlers): (c: Context<HostEnv>) => Promise<Response> {
  const route: RouteDefinition = ROUTES[id];
  const params = strict(route.params);
  const query = strict(route.query);
  const body = strict(route.body);
  const handle = handlers[id] as unknown as AnyHandler;

  return async (c) => {
    const caller = c.get('caller');
    if (!caller.scopes.has(route.scope)) {
      throw new MusterError(
        'FORBIDDEN',
        `This needs the scope "${route.scope}", which the token "${caller.actor}" does not have.`,
      );
    }
    if (caller.reach && route.limited !== true) {
      throw new MusterError(
        'FORBIDDEN',
        `The token "${caller.actor}" is limited to sessions; this needs one that is not. See muster token list.`,
      );
    }
    const request = c.req.raw;
    const uploads = route.stream === 'upload';
    const json = uploads || request.method === 'GET' || request.method === 'HEAD' ? undefined : await readJsonBody(request);
    const result = await handle({
      params: parsePart('path', params, c.req.param()),
      query: parsePart('query', query, c.req.query()),
      body: parsePart('body', body, json),
      caller,
      signal: request.signal,
      upload: uploads ? readUpload(request) : noUpload,
    });
    switch (route.stream) {
      case 'sse':
        return new Response(result as ReadableStream<Uint8Array>, {
          headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
        });
      case 'bytes':
        return bytesAnswer(result as Bytes);
      case 'ndjson':
      case 'upload':
        return new Response(toBytes(toLines(await startEarly(result as AsyncIterable<unknown>))), {
          headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' },
        });
      default:
        return Response.json(result);
    }
  };
}
