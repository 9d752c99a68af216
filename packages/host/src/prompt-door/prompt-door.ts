import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { PromptRecord } from '@muster/core';
import { toMusterError } from '@muster/sdk';
import type { HostCore } from '../host-core.ts';
import { answeredPage, gonePage, questionPage } from './prompt-page.ts';

/** The same at each start where it is free, so that a port forward of SSH keeps working. */
const PROMPT_PORT = 7_788;
const MAX_BODY = 64 * 1_024;
/** 128 bits: nobody guesses it, and the address fits into a panel. */
const TOKEN_BYTES = 16;
const MAX_CONNECTIONS = 64;
/** By which names the door may be called, whatever the port: a forward has another port at its other end. */
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;
const PNG_FIRST = 0x89;

/** A door on loopback that shows questions to a browser and takes their answers. It opens with the first question that is listed. */
export interface PromptDoor {
  /** The address of a question; whoever has it may answer that one question. Undefined when no port can be had. */
  linkOf(prompt: PromptRecord): Promise<string | undefined>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly nonce?: string;
}

const plain = (status: number, body: string): Answer => ({ status, type: 'text/plain; charset=utf-8', body });
const page = (status: number, write: (nonce: string) => string): Answer => {
  const nonce = randomBytes(16).toString('base64');
  return { status, type: 'text/html; charset=utf-8', body: write(nonce), nonce };
};

function send(response: ServerResponse, { status, type, body, nonce }: Answer): void {
  const style = nonce === undefined ? '' : `style-src 'nonce-${nonce}'; `;
  response.writeHead(status, {
    'content-type': type,
    'content-security-policy': `default-src 'none'; img-src 'self'; ${style}form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    'cache-control': 'no-store',
    // Not "no-referrer": the browser would then hide from the door that the form was its own.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
  response.end(body);
}

/** Foreign pages may neither read nor send: a name that merely resolves to loopback shows in Host, another page in Origin or Sec-Fetch-Site. */
function isForeign({ headers }: IncomingMessage): boolean {
  const host = headers.host ?? '';
  if (!LOOPBACK.test(host)) return true;
  if (headers.origin !== undefined && headers.origin !== `http://${host}`) return true;
  const site = headers['sec-fetch-site'];
  // Following a link from elsewhere shows the page; only a form must be the door's own.
  return site === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MAX_BODY) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

export function createPromptDoor(core: Pick<HostCore, 'prompts' | 'clock'>, firstPort = PROMPT_PORT): PromptDoor {
  const { prompts, clock } = core;
  /** By question, and back; gone with the question. */
  const tokens = new Map<string, string>();
  const sockets = new Set<Socket>();
  let opening: Promise<{ readonly server: Server; readonly base: string } | undefined> | undefined;

  async function promptOf(token: string): Promise<PromptRecord | undefined> {
    const id = tokens.get(token);
    if (id === undefined) return undefined;
    const prompt = (await prompts.list()).find((each) => each.id === id);
    if (!prompt) tokens.delete(token);
    return prompt;
  }

  async function take(request: IncomingMessage, prompt: PromptRecord, path: string): Promise<Answer> {
    const body = await bodyOf(request);
    if (body === undefined) return plain(413, 'An answer is shorter than that.\n');
    const answer = new URLSearchParams(body).get('answer');
    try {
      await prompts.answer(prompt.id, answer ?? '', 'the link');
      return page(200, answeredPage);
    } catch (thrown) {
      const { code, message } = toMusterError(thrown);
      if (code === 'NOT_FOUND') return page(410, gonePage);
      return page(422, (nonce) => questionPage({ prompt, path, now: clock.now(), nonce, problem: message }));
    }
  }

  async function answerTo(request: IncomingMessage): Promise<Answer> {
    if (isForeign(request)) return plain(403, 'Pages of other places may not call this door.\n');
    const [, token = '', part] = /^\/p\/([\w-]{22})(\/picture)?$/.exec(request.url ?? '') ?? [];
    if (token === '') return plain(404, 'There is nothing here. The list of questions has their addresses.\n');
    const prompt = await promptOf(token);
    if (!prompt) return page(410, gonePage);
    if (part !== undefined) {
      const image = await prompts.image(prompt.id);
      if (!image) return plain(404, 'There is no picture.\n');
      return { status: 200, type: image[0] === PNG_FIRST ? 'image/png' : 'image/jpeg', body: image };
    }
    const path = `/p/${token}`;
    if (request.method === 'POST') return take(request, prompt, path);
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'GET shows the question, POST answers it.\n');
    return page(200, (nonce) => questionPage({ prompt, path, now: clock.now(), nonce }));
  }

  function listen(port: number): Promise<Server> {
    const server = createServer((request, response) => {
      answerTo(request).then(
        (answer) => send(response, answer),
        () => send(response, plain(500, 'The question cannot be shown now.\n')),
      );
    });
    server.maxConnections = MAX_CONNECTIONS;
    server.requestTimeout = 30_000;
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port, exclusive: true }, () => resolve(server));
    });
  }

  const open = async (): Promise<{ readonly server: Server; readonly base: string } | undefined> => {
    const server = await listen(firstPort)
      .catch(() => listen(0))
      .catch(() => undefined);
    return server && { server, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  };

  return {
    async linkOf(prompt) {
      const door = await (opening ??= open());
      if (!door) return undefined;
      const known = [...tokens].find(([, id]) => id === prompt.id)?.[0];
      const token = known ?? randomBytes(TOKEN_BYTES).toString('base64url');
      tokens.set(token, prompt.id);
      return `${door.base}/p/${token}`;
    },
    async close() {
      const door = await opening;
      if (!door) return;
      const closed = new Promise((resolve) => door.server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
