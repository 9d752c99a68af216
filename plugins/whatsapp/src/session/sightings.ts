import type { Message, PollVote } from 'whatsapp-web.js';
import type { Remedy } from './remedies.ts';

/** What one browser with its page tells while it lives. */
export interface Sightings {
  qr(text: string): void;
  code(text: string): void;
  /** Of the sync, 0 to 100. */
  loading(percent: number): void;
  linked(): void;
  /** Whose page it is now: the number with its server. */
  synced(wid: string, name: string): void;
  /** The page's own word for its line: `CONNECTED`, `TIMEOUT`, `OPENING` … */
  line(state: string): void;
  message(message: Message): void;
  ack(messageId: string, ack: number): void;
  /** An own message stands in the page: from here on it may have been sent. */
  created(message: Message): void;
  /** Somebody chose in a poll. */
  voted(vote: PollVote): void;
  pageLost(why: string): void;
  browserLost(why: string): void;
  unlinked(why: string): void;
  replaced(): void;
  refused(why: string): void;
  remedy(remedy: Remedy, why: string): void;
}

/** The same, heard only for as long as `is` says so: a browser that ends goes on talking for a while. */
export const heardWhile = (is: () => boolean, sightings: Sightings): Sightings =>
  Object.fromEntries(
    Object.entries(sightings).map(([name, hear]: [string, (...of: unknown[]) => void]) => [
      name,
      (...of: unknown[]) => void (is() && hear(...of)),
    ]),
  ) as unknown as Sightings;
