import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Simulator, SimulatorFault } from '@muster/sdk';
import { z } from 'zod';
import type { Verdict } from './schemas.ts';

/** What the simulated checking service does. Rates are from 0 to 1, and each account always gets the same verdict. */
const Knobs = z.object({
  latencyMs: z.int().min(0).max(600_000).default(0).describe('How long an answer takes'),
  tempBanRate: z.number().min(0).max(1).default(0).describe('Share of accounts that are temporarily banned'),
  permBanRate: z.number().min(0).max(1).default(0).describe('Share of accounts that are banned for good'),
  blindRate: z.number().min(0).max(1).default(0).describe('Share of accounts that are blind'),
  wrongRate: z.number().min(0).max(1).default(0).describe('Share of accounts whose password is refused'),
  unknownRate: z.number().min(0).max(1).default(0).describe('Share of accounts of which it cannot tell'),
  errorRate: z.number().min(0).max(1).default(0).describe('Share of requests that fail with 503'),
  seed: z.int().default(1).describe('Another seed, other accounts are banned'),
});
type Knobs = z.output<typeof Knobs>;

const HTTP_FAULTS = { 'rate-limit': 429, 'server-error': 503 } as const;
const MAX_BODY = 64 * 1024;

/**
 * A checking service on 127.0.0.1.
 *
 * `POST /check` with `{"provider","username","password","level","model","ios","deviceId"}` answers
 * `{"verdict": "good" | "temp-banned" | "perm-banned" | "blind" | "wrong-credentials" | "unknown", "level"?, "detail"?}`;
 * 422 for anything else; 429 with `Retry-After` and 503 as told. `GET /counters`; `GET /knobs`, and `PUT /knobs` with those
 * to change; anything else is 404.
 */
export default async function start(
  options: { readonly port?: number; readonly knobs?: Readonly<Record<string, unknown>> } = {},
): Promise<Simulator> {
  let knobs = Knobs.parse(options.knobs ?? {});
  const faults: SimulatorFault[] = [];
  const counters: Record<string, number> = { requests: 0, running: 0, mostAtOnce: 0 };
  const count = (name: string): void => void (counters[name] = (counters[name] ?? 0) + 1);
  let chance = knobs.seed;

  const check = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    count('requests');
    const fault = faults.shift();
    if (fault) count(`fault:${fault}`);
    if (fault === 'timeout') return;
    counters['running'] = (counters['running'] ?? 0) + 1;
    counters['mostAtOnce'] = Math.max(counters['mostAtOnce'] ?? 0, counters['running']);
    try {
      const body = Subject.safeParse(await readJson(request));
      if (knobs.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, knobs.latencyMs));
      if (fault === 'rate-limit' || fault === 'server-error')
        return void response.writeHead(HTTP_FAULTS[fault], { 'retry-after': '1' }).end();
      chance = (Math.imul(chance, 1664525) + 1013904223) >>> 0;
      if (chance / 2 ** 32 < knobs.errorRate) {
        count('errors');
        return void response.writeHead(503).end();
      }
      if (!body.success) return answer(response, 422, { error: 'username and password are needed' });
      const verdict = fault === 'bad-credentials' ? 'wrong-credentials' : verdictOf(body.data.username, knobs);
      count(verdict);
      answer(response, 200, { verdict, ...(typeof body.data.level === 'number' && { level: body.data.level }) });
    } finally {
      counters['running']--;
    }
  };

  const server = createServer((request, response) => {
    const route = `${request.method} ${new URL(request.url ?? '/', 'http://127.0.0.1').pathname}`;
    const handle = async (): Promise<void> => {
      if (route === 'POST /check') return check(request, response);
      if (route === 'GET /counters') return answer(response, 200, counters);
      if (route === 'GET /knobs') return answer(response, 200, knobs);
      if (route !== 'PUT /knobs') return answer(response, 404, { error: 'POST /check, GET /counters, GET or PUT /knobs' });
      const changed = Knobs.strict().safeParse({ ...knobs, ...Object(await readJson(request)) });
      if (!changed.success) return answer(response, 422, { error: z.prettifyError(changed.error) });
      knobs = changed.data;
      return answer(response, 200, knobs);
    };
    handle().catch(() => response.headersSent || response.writeHead(400).end());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    config: { checker: 'http', checkUrl: `${url}/check` },
    fault: (kind, times = 1) => void faults.push(...Array.from({ length: times }, () => kind)),
    counters: () => ({ ...counters }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const Subject = z.object({ username: z.string().min(1), password: z.string().min(1), level: z.number().nullish() });

function verdictOf(username: string, knobs: Knobs): Verdict {
  let hash = knobs.seed ^ 0x811c9dc5;
  for (const char of username) hash = Math.imul(hash ^ (char.codePointAt(0) as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  let chance = ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32;
  const shares: readonly (readonly [Verdict, number])[] = [
    ['temp-banned', knobs.tempBanRate],
    ['perm-banned', knobs.permBanRate],
    ['blind', knobs.blindRate],
    ['wrong-credentials', knobs.wrongRate],
    ['unknown', knobs.unknownRate],
  ];
  for (const [verdict, share] of shares) {
    if (chance < share) return verdict;
    chance -= share;
  }
  return 'good';
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const bytes of request.setEncoding('utf8')) {
    text += bytes as string;
    if (text.length > MAX_BODY) throw new Error('the body is too long');
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const answer = (response: ServerResponse, status: number, body: unknown): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
