import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { answer, pause, readJson } from './exchange.ts';
import type { Knobs } from './knobs.ts';
import { sendRefusal } from './refusal.ts';
import { createRequestLog } from './request-log.ts';
import type { Tokens } from './tokens.ts';

const REFUSED = 'The email or password provided is incorrect. Please check for typos and try logging in again.';
const WINDOW_MS = 180_000;
const Body = z.object({ email: z.string(), password: z.string() });

/** `POST /api/v1/auths/signin` of the web API. */
export function createSignIn(deps: {
  readonly knobs: () => Knobs;
  readonly count: (name: string) => void;
  readonly tokens: Tokens;
  /** A fault that a test asked for; true when it was the answer. */
  readonly faulty: (response: ServerResponse) => boolean;
}): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { knobs, count, tokens, faulty } = deps;
  const log = createRequestLog();

  return async (request, response) => {
    count('sign-ins');
    const body = Body.safeParse(await readJson(request));
    if (!body.success)
      return answer(response, 422, { detail: [{ loc: ['body', 'email'], msg: 'Field required', type: 'missing' }] });
    const { email, password } = body.data;
    if (faulty(response)) return;
    const { signInLimit: limit, signInMs } = knobs();
    if (!log.admit(email, { limit, windowMs: WINDOW_MS, window: 'sliding', maxConcurrent: 0 }))
      return sendRefusal(response, { contract: 'web', status: 429, message: 'API rate limit exceeded' }, knobs());
    log.ended(email);
    if (!(await pause(signInMs, response))) return;
    const { accounts, tokenIn, tokenMsToLive, expiresAt: tells } = knobs();
    const { state, password: right } = accounts[email] ?? {};
    if (state === 'invalid' || (right !== undefined && right !== password)) {
      count('refused-credentials');
      return sendRefusal(response, { contract: 'web', status: 400, message: REFUSED }, knobs());
    }
    const { token, expiresAt } = tokens.issue(email, tokenMsToLive);
    const user = {
      id: email,
      email,
      name: email.split('@')[0],
      role: state === 'pending' ? 'pending' : 'user',
      profile_image_url: '/user.png',
      permissions: {},
    };
    const given = tokenIn === 'cookie' ? {} : { token, token_type: 'Bearer', expires_at: tells ? expiresAt : null };
    const cookie = tokenIn === 'body' ? {} : { 'set-cookie': `token=${token}; HttpOnly; Path=/; SameSite=lax` };
    answer(response, 200, { ...given, ...user }, cookie);
  };
}
