import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Simulator, SimulatorFault } from '@muster/sdk';
import { z } from 'zod';
import { createChat, type ChatRequest } from './chat.ts';
import { answer, readJson } from './exchange.ts';
import { Knobs } from './knobs.ts';
import { retryHeaders, sendRefusal, type Contract, type Refusal } from './refusal.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { createSignIn } from './sign-in.ts';
import { createTokens } from './tokens.ts';

export interface K2ThinkSimulator extends Simulator {
  /** Turns knobs while it runs. */
  turn(knobs: Readonly<Record<string, unknown>>): void;
  /** By API key or email. */
  readonly log: RequestLog;
}

const EXPIRED = 'Your session has expired or the token is invalid. Please sign in again.';
const NOT_LET_IN = 'You do not have permission to access this resource. Please contact your administrator for assistance.';

/**
 * Both contracts of the service on 127.0.0.1.
 *
 * Official: `GET /v1/models`, `POST /v1/chat/completions`, bearer keys `IFM-…`. Web: `POST /api/v1/auths/signin`,
 * `GET /api/models`, `POST /api/chat/completions`, bearer tokens of a sign-in. And its own: `GET /sim/counters`,
 * `GET /sim/accounts` (what each account was served, refused, and most within the window), `GET` and `PUT /sim/knobs`.
 */
export default async function start(
  options: { readonly port?: number; readonly knobs?: Readonly<Record<string, unknown>> } = {},
): Promise<K2ThinkSimulator> {
  let knobs = Knobs.parse(options.knobs ?? {});
  const faults: SimulatorFault[] = [];
  const counters: Record<string, number> = {};
  const count = (name: string): void => void (counters[name] = (counters[name] ?? 0) + 1);
  const log = createRequestLog();
  const tokens = createTokens();
  const chat = createChat(() => knobs, count);
  let chance = knobs.seed;

  const refuse = (response: ServerResponse, how: Refusal): void => sendRefusal(response, how, knobs);
  const limitOf = (account: string): number => knobs.accounts[account]?.limit ?? knobs.limit;
  const tooMany = (response: ServerResponse, contract: Contract, account: string): void => {
    count('rate-limited');
    const wait = log.waitFor(account, { ...knobs, limit: limitOf(account) }) || 1_000;
    const message = contract === 'web' ? 'API rate limit exceeded' : 'Rate limit reached for requests.';
    refuse(response, { contract, status: 429, message, code: 'rate_limit_exceeded', headers: retryHeaders(wait, knobs) });
  };

  /** Whose request it is; answers itself when nobody's. */
  const caller = (request: IncomingMessage, response: ServerResponse, contract: Contract): string | undefined => {
    const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined) {
      if (contract === 'web') refuse(response, { contract, status: 403, message: 'Not authenticated' });
      else refuse(response, { contract, status: 401, message: 'Missing API key.', code: 'invalid_api_key' });
      return undefined;
    }
    const account = contract === 'web' ? tokens.use(given, knobs.tokenUses) : given;
    const state = account === undefined ? undefined : knobs.accounts[account]?.state;
    if (account === undefined || (contract === 'official' && (!given.startsWith('IFM-') || state === 'invalid'))) {
      count('refused-credentials');
      const message = contract === 'web' ? EXPIRED : 'Incorrect API key provided.';
      refuse(response, { contract, status: 401, message, code: 'invalid_api_key' });
      return undefined;
    }
    if (state === 'pending' || state === 'blocked') {
      count('blocked');
      const pending = contract === 'web' && state === 'pending';
      refuse(response, {
        contract,
        status: pending ? 401 : 403,
        message: pending ? NOT_LET_IN : 'This account has been suspended.',
      });
      return undefined;
    }
    return account;
  };
  const broken = (response: ServerResponse, contract: Contract): boolean => {
    chance = (Math.imul(chance, 1_664_525) + 1_013_904_223) >>> 0;
    if (knobs.errorRate === 0 || chance / 2 ** 32 >= knobs.errorRate) return false;
    count('errors');
    refuse(response, { contract, status: knobs.errorStatus, message: 'The service is in trouble.' });
    return true;
  };
  /** A fault that a test asked for; true when it was the answer. */
  const faulty = (response: ServerResponse, contract: Contract): boolean => {
    const fault = faults.shift();
    if (!fault) return false;
    count(`fault:${fault}`);
    if (fault === 'rate-limit')
      refuse(response, { contract, status: 429, message: 'Too many requests.', headers: retryHeaders(1_000, knobs) });
    if (fault === 'server-error') refuse(response, { contract, status: 503, message: 'The service is in trouble.' });
    if (fault === 'bad-credentials')
      refuse(response, { contract, status: 401, message: contract === 'web' ? EXPIRED : 'Incorrect API key provided.' });
    return true;
  };

  const signIn = createSignIn({ knobs: () => knobs, count, tokens, faulty: (response) => faulty(response, 'web') });
  const models = (request: IncomingMessage, response: ServerResponse, contract: Contract): void => {
    count('models');
    if (faulty(response, contract) || caller(request, response, contract) === undefined) return;
    const data = knobs.models.map((id) => ({
      id,
      object: 'model',
      created: 1_767_225_600,
      owned_by: 'MBZUAI',
      ...(contract === 'web' && { name: id, status: 'active' }),
    }));
    answer(response, 200, contract === 'web' ? { data } : { object: 'list', data });
  };

  const complete = async (request: IncomingMessage, response: ServerResponse, contract: Contract): Promise<void> => {
    count('chats');
    const account = caller(request, response, contract);
    if (account === undefined) return;
    if (faulty(response, contract)) return;
    const body = Body.safeParse(await readJson(request));
    if (!body.success) {
      const [issue] = body.error.issues;
      if (contract === 'web')
        return answer(response, 422, {
          detail: [{ loc: ['body', ...(issue?.path ?? [])], msg: issue?.message, type: 'value_error' }],
        });
      return refuse(response, { contract, status: 400, message: `${issue?.path.join('.')}: ${issue?.message}` });
    }
    const { model, stream, stream_options: wants } = body.data;
    if (!knobs.anyModel && !knobs.models.includes(model))
      return refuse(response, {
        contract,
        status: contract === 'web' ? 400 : 404,
        message: 'Model not found',
        code: 'model_not_found',
      });
    if (broken(response, contract)) return;
    if (knobs.accounts[account]?.limited || !log.admit(account, { ...knobs, limit: limitOf(account) })) {
      if (knobs.accounts[account]?.limited) log.refuse(account);
      return tooMany(response, contract, account);
    }
    try {
      const wanted: ChatRequest = { account, model, stream, withUsage: wants?.include_usage ?? contract === 'web' };
      await chat.reply(response, wanted);
      count(response.writableEnded ? 'served' : 'broken-off');
    } finally {
      log.ended(account);
    }
  };

  const accountsSeen = (): Record<string, unknown> =>
    Object.fromEntries(
      [...log.accounts()].map(([account, { served, refused, mostAtOnce }]) => [
        account,
        { served: served.length, refused, mostAtOnce, mostInWindow: log.most(account, knobs.windowMs) },
      ]),
    );
  const turn = (change: Readonly<Record<string, unknown>>): void => {
    knobs = Knobs.strict().parse({ ...knobs, ...change });
    chat.forget();
  };

  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const handle = async (): Promise<void> => {
      // An answer that never comes.
      if (!path.startsWith('/sim/') && faults[0] === 'timeout') {
        faults.shift();
        return count('fault:timeout');
      }
      switch (`${request.method} ${path}`) {
        case 'POST /v1/chat/completions':
          return complete(request, response, 'official');
        case 'POST /api/chat/completions':
          return complete(request, response, 'web');
        case 'GET /v1/models':
          return models(request, response, 'official');
        case 'GET /api/models':
          return models(request, response, 'web');
        // As the real one does.
        case 'GET /api/v1/models':
          return answer(response, 200, { data: [] });
        case 'POST /api/v1/auths/signin':
          return signIn(request, response);
        case 'GET /sim/counters':
          return answer(response, 200, counters);
        case 'GET /sim/accounts':
          return answer(response, 200, accountsSeen());
        case 'GET /sim/knobs':
          return answer(response, 200, knobs);
        case 'PUT /sim/knobs':
          try {
            turn(Object(await readJson(request)) as Record<string, unknown>);
          } catch (thrown) {
            if (!(thrown instanceof z.ZodError)) throw thrown;
            return answer(response, 422, { error: z.prettifyError(thrown) });
          }
          return answer(response, 200, knobs);
        default:
          return answer(response, 404, { detail: 'Not Found' });
      }
    };
    handle().catch(() => (response.headersSent ? response.destroy() : response.writeHead(400).end()));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    config: { baseUrl: `${url}/v1`, webUrl: url },
    fault: (kind, times = 1) => void faults.push(...Array.from({ length: times }, () => kind)),
    counters: () => ({ ...counters }),
    turn,
    log,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const Body = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string() })).min(1),
  stream: z.boolean().default(false),
  stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
});
