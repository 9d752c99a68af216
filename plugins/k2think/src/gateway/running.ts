import type { NodeReply } from './node-reply.ts';

/**
 * Answers under way. No Set: each of the tables that one grows out of refers to the next, and once the first is old, all of them
 * and whatever they held live until the next full collection.
 */
export interface Running {
  add(reply: NodeReply): void;
  remove(reply: NodeReply): void;
  /** A copy. */
  all(): readonly NodeReply[];
  readonly size: number;
}

export function createRunning(): Running {
  const replies: NodeReply[] = [];
  return {
    add(reply) {
      reply.place = replies.length;
      replies.push(reply);
    },
    remove(reply) {
      const last = replies.pop();
      if (last === undefined || last === reply) return;
      replies[reply.place] = last;
      last.place = reply.place;
    },
    all: () => [...replies],
    get size() {
      return replies.length;
    },
  };
}
