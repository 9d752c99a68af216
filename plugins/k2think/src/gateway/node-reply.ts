import type { ServerResponse } from 'node:http';
import type { Reply } from './reply.ts';

/** Answers over node's own server. */
export function nodeReply(response: ServerResponse, requestId: string): Reply {
  return {
    head(status, headers) {
      response.writeHead(status, { 'x-request-id': requestId, ...headers });
    },
    write: (piece, encoding) => response.write(piece, encoding),
    end: (text, encoding = 'utf8') => void (text === undefined ? response.end() : response.end(text, encoding)),
    breakOff: () => void response.destroy(),
    get begun() {
      return response.headersSent;
    },
    get over() {
      return response.destroyed || response.writableEnded;
    },
    onGone(listener) {
      response.once('close', () => response.writableFinished || listener());
    },
    onDrained: (listener) => void response.on('drain', listener),
  };
}
