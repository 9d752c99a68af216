import { MusterError, type Json } from '@muster/sdk';
import { answerError } from './answer-error.ts';
import type { CallDependencies } from './call.ts';
import { readChatRequest } from './chat-request.ts';
import type { Answers } from './gateway-server.ts';
import type { Models } from './models.ts';
import type { Reply } from './reply.ts';
import { serveCall } from './serve-call.ts';

function answerJson(reply: Reply, value: unknown): void {
  if (reply.over()) return;
  const text = JSON.stringify(value);
  reply.head(200, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) });
  reply.end(text);
}

export const createAnswers = (
  deps: CallDependencies & { readonly models: Models; readonly stats: () => Json; readonly reset: () => Promise<void> },
): Answers => ({
  async chat(body, reply) {
    const request = readChatRequest(body);
    if ('status' in request) return answerError(reply, request);
    return serveCall(deps, request, reply);
  },
  async models(reply) {
    try {
      const models = await deps.models.list();
      if ('status' in models) return answerError(reply, models);
      answerJson(reply, { object: 'list', data: models });
    } catch (thrown) {
      if (!(thrown instanceof MusterError) || thrown.code !== 'NOTHING_AVAILABLE') throw thrown;
      const { retryAfterMs } = thrown;
      const status = retryAfterMs === undefined ? 503 : 429;
      answerError(reply, {
        status,
        code: 'NO_AVAILABLE_ACCOUNTS',
        message: 'No account is free to ask for the models.',
        retryAfterMs,
      });
    }
  },
  stats: (reply) => answerJson(reply, deps.stats()),
  async reset(reply) {
    await deps.reset();
    answerJson(reply, { reset: true });
  },
});
