import type { ServerResponse } from 'node:http';
import { completionOf, framesOf } from './answers.ts';
import { answer, pause } from './exchange.ts';
import type { Knobs } from './knobs.ts';

export interface ChatRequest {
  readonly account: string;
  readonly model: string;
  readonly stream: boolean;
  readonly withUsage: boolean;
}

/** Answers are the same until a knob is turned: a load of thousands a second shall not spend its time on making them. */
export interface Chat {
  reply(response: ServerResponse, request: ChatRequest): Promise<void>;
  /** The knobs were turned. */
  forget(): void;
}

async function write(response: ServerResponse, bytes: Buffer, pieceBytes: number): Promise<void> {
  const size = pieceBytes || bytes.length;
  for (let at = 0; at < bytes.length && !response.destroyed; at += size) {
    const more = response.write(bytes.subarray(at, at + size));
    // Each piece in a segment of its own.
    if (pieceBytes > 0) await new Promise((resolve) => setImmediate(resolve));
    if (!more) await new Promise<void>((resolve) => response.once('drain', resolve).once('close', resolve));
  }
}

export function createChat(knobs: () => Knobs, count: (name: string) => void): Chat {
  const wholes = new Map<string, string>();
  const streams = new Map<string, readonly string[]>();

  const echo = (text: string, account: string): string =>
    knobs().echo && text.startsWith('{') ? `{"system_fingerprint":${JSON.stringify(account)},${text.slice(1)}` : text;

  const stream = async (response: ServerResponse, { model, withUsage, account }: ChatRequest): Promise<void> => {
    const { firstTokenMs, tokenMs, pieceBytes, crlf, cutAfter, errorAfter } = knobs();
    const name = `${model}\n${String(withUsage)}`;
    const frames = streams.get(name) ?? framesOf(knobs(), model, withUsage);
    streams.set(name, frames);
    const end = crlf ? '\r\n\r\n' : '\n\n';
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
    if (tokenMs > 0 || firstTokenMs > 0) response.flushHeaders();
    if (!(await pause(firstTokenMs, response))) return;
    const cut = cutAfter || errorAfter;
    const sent = (cut > 0 ? frames.slice(0, cut) : frames).map((frame) => echo(frame, account));
    if (tokenMs === 0) await write(response, Buffer.from(sent.map((frame) => `data: ${frame}${end}`).join('')), pieceBytes);
    else {
      for (const frame of sent) {
        await write(response, Buffer.from(`data: ${frame}${end}`), pieceBytes);
        if (!(await pause(tokenMs, response))) break;
      }
    }
    if (response.destroyed) return count('hung-up');
    if (cutAfter > 0) {
      count('cut');
      // What was written has to be on its way before the connection breaks.
      await pause(5, response);
      return void response.destroy();
    }
    if (errorAfter > 0) {
      const error = { error: { message: 'The model ended in the middle.', type: 'server_error', code: 'engine_error' } };
      response.write(`data: ${JSON.stringify(error)}${end}`);
    }
    response.end();
  };

  return {
    forget() {
      wholes.clear();
      streams.clear();
    },
    async reply(response, request) {
      if (!(await pause(knobs().latencyMs, response))) return count('hung-up');
      if (request.stream && knobs().stream === 'refused') {
        return answer(response, 400, { error: { message: 'Streaming is not supported.', type: 'invalid_request_error' } });
      }
      if (request.stream && knobs().stream !== 'json') return stream(response, request);
      const text = wholes.get(request.model) ?? JSON.stringify(completionOf(knobs(), request.model));
      wholes.set(request.model, text);
      answer(response, 200, echo(text, request.account));
    },
  };
}
