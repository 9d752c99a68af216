import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MusterError } from '@muster/sdk';
import { answerError, CLOSING } from './answer-error.ts';
import type { Door } from './door.ts';
import { nodeReply } from './node-reply.ts';
import { readBody } from './read-body.ts';
import type { Reply } from './reply.ts';
import { createRunning } from './running.ts';

/** What the gateway answers, however it is reached. */
export interface Answers {
  chat(body: Buffer, reply: Reply): Promise<void>;
  models(reply: Reply): Promise<void>;
  model(id: string, reply: Reply): Promise<void>;
  stats(reply: Reply): void;
  reset(reply: Reply): Promise<void>;
}

export interface GatewayServer {
  /** `http://127.0.0.1:<port>/v1` */
  readonly url: string;
  /** Takes nothing more, lets what runs end for so long; what runs on is told, a stream within the stream. */
  close(graceMs: number): Promise<void>;
}

/** A number that grows within this process, after one that tells the process: enough to find a request in a log. */
const PROCESS = process.pid.toString(36);
let requests = 0;

interface Route {
  readonly method: 'GET' | 'POST';
  readonly answer: keyof Answers;
}

const ROUTES: ReadonlyMap<string, Route> = new Map([
  ['/v1/chat/completions', { method: 'POST', answer: 'chat' }],
  ['/v1/models', { method: 'GET', answer: 'models' }],
  ['/v1/muster/stats', { method: 'GET', answer: 'stats' }],
  ['/v1/muster/reset', { method: 'POST', answer: 'reset' }],
]);
const MODEL = '/v1/models/';
const ONE_MODEL: Route = { method: 'GET', answer: 'model' };
const KNOWN = [...ROUTES].map(([path, { method }]) => `${method} ${path}`).join(', ');

const UNKNOWN_URL = { type: 'invalid_request_error', code: 'unknown_url' };

const routeOf = (path: string): Route | undefined =>
  ROUTES.get(path) ?? (path.startsWith(MODEL) && path.length > MODEL.length ? ONE_MODEL : undefined);

/** Names of models hold slashes, which some clients escape. */
const modelIn = (path: string): string => {
  try {
    return decodeURIComponent(path.slice(MODEL.length));
  } catch {
    return path.slice(MODEL.length);
  }
};

/** Of the time for closing: what those who are told that it closes have to hear it. */
const LAST_WORDS_MS = 500;

export async function openGatewayServer(deps: {
  readonly port: number;
  readonly door: Door;
  readonly answers: Answers;
  readonly maxBodyBytes: () => number;
  /** Something that should not have happened. */
  readonly complain: (thrown: unknown) => void;
}): Promise<GatewayServer> {
  const { port, door, answers, maxBodyBytes, complain } = deps;
  /** Until all of an answer is with the client, however slowly it reads. */
  const running = createRunning();
  let closing = false;
  let onIdle: (() => void) | undefined;

  const serve = async (request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> => {
    const page = door.pageHeaders(request);
    if (page) for (const name in page) response.setHeader(name, page[name] ?? '');
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const route = routeOf(path);
    // The browser of a local page asks before it sends the token.
    if (request.method === 'OPTIONS' && page && route) {
      reply.head(204, {
        'access-control-allow-methods': route.method,
        'access-control-allow-headers': '*, authorization',
        'access-control-max-age': '600',
      });
      return reply.end();
    }
    const refusal = door.refuse(request);
    const refused = refusal instanceof Promise ? await refusal : refusal;
    if (refused) return answerError(reply, refused);
    if (closing) {
      response.shouldKeepAlive = false;
      return answerError(reply, CLOSING);
    }
    if (!route)
      return answerError(reply, { ...UNKNOWN_URL, status: 404, message: `There is no ${path}; the gateway has ${KNOWN}.` });
    const { method, answer } = route;
    if (method !== request.method && !(method === 'GET' && request.method === 'HEAD')) {
      response.setHeader('allow', method === 'GET' ? 'GET, HEAD' : method);
      return answerError(reply, { ...UNKNOWN_URL, status: 405, message: `${path} takes ${method}.` });
    }
    if (answer === 'chat') {
      const body = await readBody(request, maxBodyBytes());
      if (body === undefined) return;
      if (!Buffer.isBuffer(body)) {
        // What is still on its way would be taken for the next request.
        response.setHeader('connection', 'close');
        return answerError(reply, body);
      }
      return answers.chat(body, reply);
    }
    request.resume();
    return answer === 'model' ? answers.model(modelIn(path), reply) : answers[answer](reply);
  };

  const server: Server = createServer((request, response) => {
    requests += 1;
    const reply = nodeReply(response, `mst-${PROCESS}-${requests.toString(36)}`);
    running.add(reply);
    response.once('close', () => {
      running.remove(reply);
      if (running.size === 0) onIdle?.();
    });
    serve(request, response, reply).catch((thrown: unknown) => {
      complain(thrown);
      const message = 'A defect of the gateway; the log of the host says more.';
      if (reply.begun()) reply.breakOff();
      else answerError(reply, { status: 500, code: 'INTERNAL', message });
    });
  });
  server.keepAliveTimeout = 65_000;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const message =
        cause.code === 'EADDRINUSE'
          ? `Port ${port} of 127.0.0.1 is taken by another program: name another (--port, or setting gatewayPort).`
          : `The gateway cannot listen on port ${port}: ${cause.code}.`;
      reject(new MusterError('CONFLICT', message, { cause }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  server.removeAllListeners('error').on('error', complain);
  /** Until nothing runs, or so long. */
  const idle = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (running.size === 0) return resolve();
      const timer = setTimeout(resolve, ms);
      onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async close(graceMs) {
      closing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await idle(graceMs - LAST_WORDS_MS);
      for (const reply of running.all()) reply.close();
      await idle(LAST_WORDS_MS);
      server.closeAllConnections();
      await closed;
    },
  };
}
