import { MusterError, type Json } from '@muster/sdk';
import { answerError } from './answer-error.ts';
import type { CallDependencies } from './call.ts';
import { readChatRequest } from './chat-request.ts';
import type { Answers } from './gateway-server.ts';
import type { Model, Models } from './models.ts';
import type { Reply } from './reply.ts';
import { serveCall } from './serve-call.ts';

function answerJson(reply: Reply, value: unknown): void {
  if (reply.over()) return;
  const text = JSON.stringify(value);
  reply.head(200, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) });
  reply.end(text);
}

export function createAnswers(
  deps: CallDependencies & { readonly models: Models; readonly stats: () => Json; readonly reset: () => Promise<void> },
): Answers {
  /** Undefined when it was answered why there is no list. */
  const list = async (reply: Reply): Promise<readonly Model[] | undefined> => {
    try {
      const models = await deps.models.list();
      if (!('status' in models)) return models;
      answerError(reply, models);
    } catch (thrown) {
      if (!(thrown instanceof MusterError) || thrown.code !== 'NOTHING_AVAILABLE') throw thrown;
      const { retryAfterMs } = thrown;
      const status = retryAfterMs === undefined ? 503 : 429;
      const message = 'No account is free to ask for the models.';
      answerError(reply, { status, code: 'NO_AVAILABLE_ACCOUNTS', message, retryAfterMs });
    }
    return undefined;
  };
  return {
    async chat(body, reply) {
      const request = readChatRequest(body);
      if ('status' in request) return answerError(reply, request);
      return serveCall(deps, request, reply);
    },
    async models(reply) {
      const data = await list(reply);
      if (data) answerJson(reply, { object: 'list', data });
    },
    async model(id, reply) {
      const models = await list(reply);
      if (!models) return;
      const model = models.find((each) => each.id === id);
      if (model) return answerJson(reply, model);
      const message = `There is no model "${id}"; the service has ${models.map((each) => each.id).join(', ')}.`;
      answerError(reply, { status: 404, code: 'model_not_found', type: 'invalid_request_error', param: 'model', message });
    },
    stats: (reply) => answerJson(reply, deps.stats()),
    async reset(reply) {
      await deps.reset();
      answerJson(reply, { reset: true });
    },
  };
}
