import type { SessionContext } from '@muster/sdk';
import { heardOf, type Heard } from '../messages/heard.ts';
import type { History } from '../messages/history.ts';
import type { Noted } from '../messages/noted.ts';
import type { Account, Config } from '../schemas.ts';
import type { Connection } from './connection.ts';
import type { PageMail } from './page-mail.ts';

export interface CatchUpOptions {
  readonly context: Pick<SessionContext<Config, Account>, 'config' | 'now' | 'sleep'>;
  readonly page: PageMail;
  readonly history: History;
  readonly noted: Noted;
  readonly signal: AbortSignal;
  /** Notes it; false when it was noted already. */
  readonly take: (heard: Heard, place: number) => Promise<boolean>;
}

export interface CaughtUp {
  readonly taken: number;
  /** Chats of which the page has more than are looked for. */
  readonly leftOut: number;
}

/** In all: what is more is told of, and stays on the phone. */
const MAX_MESSAGES = 2_000;
const MAX_CHATS = 500;
/** Between two chats: the page has other work. */
const PACE_MS = 50;

/**
 * What came while nobody listened, or reached only the page before the host was killed: looked for in the chats that have
 * something newer than is noted, the newest chats first, each in its order.
 */
export async function catchUp(connection: Connection, options: CatchUpOptions): Promise<CaughtUp> {
  const { context, page, history, noted, signal } = options;
  const from = await noted.missingFrom((await history.newestAt()) ?? context.now());
  const perChat = context.config().catchUpMessages;
  // WhatsApp counts whole seconds.
  const since = Math.floor(from / 1_000);
  const chats = perChat === 0 ? [] : await page.chatsSince(connection, since);
  let [taken, looked, leftOut] = [0, 0, Math.max(0, chats.length - MAX_CHATS)];
  for (const { chat } of chats.slice(0, MAX_CHATS)) {
    const limit = Math.min(perChat, MAX_MESSAGES - looked);
    if (limit <= 0) {
      leftOut += 1;
      continue;
    }
    const { messages, more } = await page.messagesSince(connection, { chat, since, limit });
    const told = messages.flatMap((message) => heardOf(message, context.now()) ?? []);
    let here = 0;
    const places = placesOf(told, await Promise.all(told.map(({ id }) => history.placeOf(id))));
    for (const [at, heard] of told.entries())
      if (await options.take({ ...heard, caughtUp: true }, places[at] ?? heard.at)) here += 1;
    looked += messages.length;
    taken += here;
    // Said once: the next look finds those that were taken, and no new ones.
    if (more && here > 0) leftOut += 1;
    await context.sleep(PACE_MS, signal);
  }
  if (perChat > 0) await noted.isComplete(Math.min(context.now(), Math.max(from, ...chats.map(({ at }) => at * 1_000))));
  return { taken, leftOut };
}

/** Those that are missing stand between those that are not, as they do in their chat. */
export function placesOf(told: readonly Pick<Heard, 'at'>[], known: readonly (number | undefined)[]): number[] {
  const places: number[] = [];
  for (const [index, { at }] of told.entries()) {
    const before = places.at(-1) ?? 0;
    const next = known.find((place, other) => other > index && place !== undefined && place > before) ?? Infinity;
    const after = Math.max(at, before + 1);
    places.push(known[index] ?? (after < next ? after : (Math.max(before, next - 1_000) + next) / 2));
  }
  return places;
}
