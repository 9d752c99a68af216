import type { ServerResponse } from 'node:http';
import { answerError, CLOSING } from './answer-error.ts';
import type { Reply } from './reply.ts';

export interface NodeReply extends Reply {
  /** Among those that run. */
  place: number;
  /** The server has waited long enough for it. */
  close(): void;
}

/** Answers over node's own server. */
export function nodeReply(response: ServerResponse, requestId: string): NodeReply {
  let closing: (() => void) | undefined;
  const reply: NodeReply = {
    place: 0,
    head(status, headers) {
      response.writeHead(status, { 'x-request-id': requestId, ...headers });
    },
    write: (piece) => response.write(piece),
    end: (last) => void (last === undefined ? response.end() : response.end(last)),
    breakOff: () => void response.destroy(),
    begun() {
      return response.headersSent;
    },
    over() {
      return response.destroyed || response.writableEnded;
    },
    onGone(listener) {
      response.once('close', () => response.writableFinished || listener());
    },
    onDrained: (listener) => void response.on('drain', listener),
    onClosing: (listener) => void (closing = listener),
    close() {
      if (closing) closing();
      else if (!response.headersSent) answerError(reply, CLOSING);
    },
  };
  return reply;
}
