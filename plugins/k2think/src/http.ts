import { randomUUID } from 'node:crypto';
import { readBody, type HttpHandler } from '@muster/sdk';
import { answerError } from './gateway/answer-error.ts';
import type { Answers } from './gateway/gateway-server.ts';
import type { Reply } from './gateway/reply.ts';
import { webReply } from './gateway/web-reply.ts';
import type { Account, Config } from './schemas.ts';
import type { K2ThinkService } from './service.ts';

type Handler = HttpHandler<Config, Account>;

const serve =
  (work: (answers: Answers, reply: Reply, request: Request, config: Config) => void | Promise<void>): Handler =>
  async (request, { service, signal, config }) => {
    const { answers } = await service<K2ThinkService>();
    const { reply, response } = webReply(`mst-${randomUUID()}`, signal);
    // What is thrown before the head is out is the host's to answer; afterwards the stream breaks off.
    const working = Promise.resolve(work(answers, reply, request, config));
    const failed = working.then(
      () => new Promise<never>(() => undefined),
      (thrown: unknown) => {
        reply.breakOff();
        throw thrown;
      },
    );
    return Promise.race([response, failed]);
  };

export default {
  chat: serve(async (answers, reply, request, { maxBodyBytes }) => {
    const body = await readBody(request, maxBodyBytes);
    if (body === undefined) {
      const message = `The request is longer than ${maxBodyBytes} bytes (setting maxBodyBytes).`;
      return answerError(reply, { status: 413, code: 'request_too_large', message });
    }
    return answers.chat(body, reply);
  }),
  models: serve((answers, reply) => answers.models(reply)),
  stats: serve((answers, reply) => answers.stats(reply)),
  reset: serve((answers, reply) => answers.reset(reply)),
};
