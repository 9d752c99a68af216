import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Simulator, SimulatorFault } from '@muster/sdk';
import { z } from 'zod';
import { createChance } from './simulator/chance.ts';
import { faultOf, type Fault } from './simulator/faults.ts';
import { Knobs } from './simulator/knobs.ts';
import { errorPage, inboxPage } from './simulator/pages.ts';
import { createSite, readRequest, type SiteRequest } from './simulator/site.ts';

const answer = (response: ServerResponse, status: number, body: unknown): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/**
 * The visa centre's registration site, as public sources describe it: `GET /dza/account/RegisterUser` and what follows.
 * Beside it, for people and tests: `GET /mail?to=` (an inbox page), `GET /__mail?to=`, `GET /__captcha?email=` (the right
 * tiles, for scripts that stand for a person), `GET /__applicants`, `GET /__counters`, `GET` and `PUT /__knobs`.
 */
export default async function start(
  options: { readonly port?: number; readonly knobs?: Readonly<Record<string, unknown>> } = {},
): Promise<Simulator> {
  let knobs = Knobs.parse(options.knobs ?? {});
  const faults: SimulatorFault[] = [];
  const counters: Record<string, number> = {};
  let breaking: string | undefined;
  const count = (name: string): void => void (counters[name] = (counters[name] ?? 0) + 1);
  const site = createSite(() => knobs, counters);
  const chance = createChance(knobs.seed + 7);
  const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  async function control(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const to = url.searchParams.get('to') ?? url.searchParams.get('email') ?? '';
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /mail':
        return void response
          .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
          .end(inboxPage(to === '' ? site.mailbox.all() : site.mailbox.of(to)));
      case 'GET /__mail':
        return answer(response, 200, to === '' ? site.mailbox.all() : site.mailbox.of(to));
      case 'GET /__captcha':
        return answer(response, 200, { tiles: site.tilesFor(to) });
      case 'GET /__applicants':
        return answer(response, 200, site.applicants.all());
      case 'GET /__counters':
        return answer(response, 200, counters);
      case 'GET /__knobs':
        return answer(response, 200, knobs);
      case 'PUT /__knobs': {
        let text = '';
        for await (const bytes of request.setEncoding('utf8')) text += bytes as string;
        const changed = Knobs.strict().safeParse({ ...knobs, ...Object(JSON.parse(text)) });
        if (!changed.success) return answer(response, 422, { error: z.prettifyError(changed.error) });
        knobs = changed.data;
        breaking = undefined;
        return answer(response, 200, knobs);
      }
      default:
        return answer(response, 404, { error: 'no such path' });
    }
  }

  /** Whether this post is of the visit whose posts break; with the first post of another one that is over. */
  function breaks(request: SiteRequest): boolean {
    const code = request.body.get('SecurityCode') ?? '';
    if (knobs.breakAnswer === 'none') return false;
    breaking ??= code;
    if (breaking === code) return true;
    breaking = undefined;
    knobs = { ...knobs, breakAnswer: 'none' };
    return false;
  }

  /** False when the fault has taken the answer's place. */
  function suffer(fault: Fault, response: ServerResponse): boolean {
    count(`fault:${fault}`);
    switch (fault) {
      case 'timeout':
        return false;
      case 'break':
        response.destroy();
        return false;
      case 'rate-limit':
        response
          .writeHead(429, { 'retry-after': String(knobs.retryAfterS), 'content-type': 'text/html' })
          .end(errorPage('429 Too Many Requests', ''));
        return false;
      case 'server-error':
        response.writeHead(503, { 'content-type': 'text/html' }).end(errorPage('503', 'Service Unavailable'));
        return false;
      case 'challenge':
        response.writeHead(403, { 'content-type': 'text/html' }).end(errorPage('ERROR', 'The request could not be satisfied.'));
        return false;
      case 'empty':
        response.writeHead(202).end();
        return false;
      case 'processing':
        answer(response, 200, { success: false, error: 'An error occured while processing your request' });
        return false;
      default:
        return true;
    }
  }

  async function serve(raw: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (site.isAsset(url.pathname)) {
      count('assets');
      await later(knobs.assetLatencyMs);
      const { type, body } = site.asset(url.pathname);
      return void response.writeHead(200, { 'content-type': type, 'cache-control': 'public, max-age=3600' }).end(body);
    }
    const request = await readRequest(raw);
    count('requests');
    const registers = request.method === 'POST' && /\/account\/registeruser$/i.test(request.path);
    const { before, after } = faultOf({ knobs, chance, forced: faults, request, breaks: registers && breaks(request) });
    if (before === 'slow' || after === 'slow') await later(knobs.slowMs);
    await later(knobs.latencyMs);
    if (before !== undefined && !suffer(before, response)) return;
    if (after === undefined || after === 'slow') {
      if (!site.serve(request, response))
        response.writeHead(404, { 'content-type': 'text/html' }).end(errorPage('404', 'Not found'));
      return;
    }
    // It takes effect, and its answer is lost: into a response that nobody reads.
    site.serve(request, nowhere());
    suffer(after, response);
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const mine = url.pathname.startsWith('/__') || url.pathname === '/mail';
    const handled =
      url.pathname === '/favicon.ico'
        ? Promise.resolve(response.writeHead(204).end())
        : mine
          ? control(request, response, url)
          : serve(request, response, url);
    handled.catch(() => response.headersSent || response.writeHead(400).end());
  });
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    config: { siteUrl: url },
    fault: (kind, times = 1) => void faults.push(...Array.from({ length: times }, () => kind)),
    counters: () => ({ ...counters }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const nowhere = (): ServerResponse => {
  const sink = { writeHead: () => sink, end: () => sink, setHeader: () => sink };
  return sink as unknown as ServerResponse;
};
