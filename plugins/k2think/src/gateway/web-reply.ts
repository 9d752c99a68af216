import type { Reply } from './reply.ts';

/** Pieces that wait to be read; beyond it the service is asked to pause. */
const HIGH_WATER = 64 * 1024;

/** Answers as a `Response`, for clients within the process and on the host's own paths. */
export function webReply(
  requestId: string,
  signal: AbortSignal,
): { readonly reply: Reply; readonly response: Promise<Response> } {
  const { promise: response, resolve } = Promise.withResolvers<Response>();
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  let begun = false;
  let over = false;
  const gone: (() => void)[] = [];
  const drained: (() => void)[] = [];
  const leave = (): void => {
    if (over) return;
    over = true;
    for (const listener of gone) listener();
  };
  signal.addEventListener('abort', leave, { once: true });
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => void (stream = controller),
      pull: () => drained.forEach((listener) => listener()),
      cancel: leave,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER }),
  );
  const reply: Reply = {
    head(status, headers) {
      begun = true;
      resolve(new Response(body, { status, headers: { 'x-request-id': requestId, ...headers } }));
    },
    write(piece) {
      if (over) return true;
      stream?.enqueue(piece);
      return (stream?.desiredSize ?? 1) > 0;
    },
    end(last) {
      if (over) return;
      if (last !== undefined) stream?.enqueue(typeof last === 'string' ? Buffer.from(last) : last);
      over = true;
      stream?.close();
    },
    breakOff() {
      if (over) return;
      over = true;
      stream?.error(new Error('The answer broke off.'));
    },
    begun() {
      return begun;
    },
    over() {
      return over;
    },
    onGone: (listener) => void gone.push(listener),
    onDrained: (listener) => void drained.push(listener),
    // The host's doors outlive the gateway's, and end with what the service is asked.
    onClosing: () => undefined,
  };
  return { reply, response };
}
