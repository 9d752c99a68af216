import type { ServerResponse } from 'node:http';
import type { Reply } from './reply.ts';

/** Answers over node's own server. */
export function nodeReply(response: ServerResponse, requestId: string): Reply {
  return {
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
  };
}
