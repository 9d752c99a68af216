import type { StreamEnd, StreamTranslator } from '../wire/stream-translator.ts';
import type { Reply } from './reply.ts';

/** Takes a stream of the service to the client. The pieces of one read, which come one after the other, go out in one write. */
export interface StreamRelay {
  push(bytes: Buffer): void;
  /** Writes what is held. */
  flush(): void;
  /** Nothing went out, and nothing is held. */
  silent(): boolean;
  /** The service has ended its stream: what that came to. */
  ended(): StreamEnd;
  /** Says what is left, and ends the answer. */
  end(): void;
}

export function createStreamRelay(deps: {
  readonly reply: Reply;
  readonly translator: StreamTranslator;
  /** Sends the head; `length` where all of it is known. */
  readonly begin: (length?: number) => void;
  readonly pause: () => void;
}): StreamRelay {
  const { reply, translator, begin, pause } = deps;
  let held: Buffer[] = [];

  const takeHeld = (): Buffer => {
    const [only, ...others] = held;
    const all = only && others.length === 0 ? only : Buffer.concat(held);
    held = [];
    return all;
  };
  const flush = (): void => {
    if (held.length === 0 || reply.over()) return;
    if (!reply.begun()) begin();
    if (!reply.write(takeHeld())) pause();
  };
  return {
    push(bytes) {
      const idle = held.length === 0;
      held.push(...translator.push(bytes));
      if (idle && held.length > 0) process.nextTick(flush);
    },
    flush,
    ended() {
      held.push(...translator.end());
      return translator.result();
    },
    silent: () => held.length === 0 && !reply.begun(),
    end() {
      const rest = takeHeld();
      // All in one read: one write, which needs no chunks.
      if (!reply.begun()) begin(rest.length);
      reply.end(rest);
    },
  };
}
