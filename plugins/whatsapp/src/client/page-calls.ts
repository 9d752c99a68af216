import type { Page } from 'puppeteer';

// What is asked of the page beside the library. Each function runs inside the page and may name nothing from outside itself.

interface PageGlobals {
  Debug?: { readonly VERSION?: string };
  require: (name: string) => unknown;
  onAppStateHasSyncedEvent?: () => Promise<void>;
  WWebJS?: { getMessageModel(message: unknown): unknown };
}
interface SocketModule {
  readonly Socket: {
    readonly state: string;
    readonly hasSynced: boolean;
    logout(): Promise<void>;
    reconnect?(): void;
    takeover(): void;
    on(name: string, listener: () => void): void;
  };
}

export interface PageState {
  readonly state: string;
  readonly synced: boolean;
  /** The library listens: words of the page reach it. */
  readonly listening: boolean;
  /** And has its listeners for messages in this document. */
  readonly attached: boolean;
}

export const pageState = (page: Page): Promise<PageState> =>
  page.evaluate(() => {
    const globals = window as unknown as PageGlobals;
    const { Socket } = (globals.require?.('WAWebSocketModel') ?? {
      Socket: { state: 'UNLAUNCHED', hasSynced: false },
    }) as SocketModule;
    return {
      state: Socket.state,
      synced: Socket.hasSynced,
      listening: globals.onAppStateHasSyncedEvent !== undefined,
      attached: globals.WWebJS !== undefined,
    };
  });

/** The version, once the page has one. */
export const pageVersion = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => (window as unknown as PageGlobals).Debug?.VERSION);

/** Those of `names` that the page does not have. */
export const missingModules = (page: Page, names: readonly string[]): Promise<string[]> =>
  page.evaluate((asked) => {
    const { require } = window as unknown as PageGlobals;
    return asked.filter((name) => {
      try {
        return require(name) === undefined;
      } catch {
        return true;
      }
    });
  }, names);

/** Says to the library what its own listener came too late for. */
export const announceSynced = (page: Page): Promise<void> =>
  page.evaluate(() => (window as unknown as PageGlobals).onAppStateHasSyncedEvent?.());

export const askForQr = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const { Cmd } = (window as unknown as PageGlobals).require('WAWebCmd') as { Cmd: { refreshQR(): void } };
    Cmd.refreshQR();
  });

export const askToReconnect = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const { Socket } = (window as unknown as PageGlobals).require('WAWebSocketModel') as SocketModule;
    Socket.reconnect?.();
  });

export const logOut = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const { Socket } = (window as unknown as PageGlobals).require('WAWebSocketModel') as SocketModule;
    await Socket.logout();
  });

/** From the other place where WhatsApp Web was opened with this link. */
export const takeOver = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const { Socket } = (window as unknown as PageGlobals).require('WAWebSocketModel') as SocketModule;
    Socket.takeover();
  });

/** What a chat is called there; undefined where the page does not have it. */
export const chatTitle = (page: Page, chat: string): Promise<string | undefined> =>
  page.evaluate((id) => {
    const { require } = window as unknown as PageGlobals;
    const { createWid } = require('WAWebWidFactory') as { createWid(id: string): unknown };
    const { Chat } = require('WAWebCollections') as { Chat: { get(id: unknown): { formattedTitle?: string } | undefined } };
    return Chat.get(createWid(id))?.formattedTitle;
  }, chat);

/** The newest own message with this text in one of these chats (one person's may have two ids), not older than `since` (s since the epoch). */
export const findOwnMessage = (
  page: Page,
  sought: { readonly chats: readonly string[]; readonly text: string; readonly since: number },
): Promise<string | undefined> =>
  page.evaluate(({ chats, text, since }) => {
    const { Msg } = (window as unknown as PageGlobals).require('WAWebCollections') as {
      Msg: {
        getModelsArray(): {
          id?: { fromMe?: boolean; remote?: { _serialized?: string }; _serialized: string };
          body?: string;
          t?: number;
        }[];
      };
    };
    return Msg.getModelsArray().findLast(
      (one) =>
        one.id?.fromMe === true && chats.includes(one.id.remote?._serialized ?? '') && one.body === text && (one.t ?? 0) >= since,
    )?.id?._serialized;
  }, sought);

/** Messages that came while nobody listened: between the line's opening and the library's being ready. */
export const unheardMessages = (page: Page): Promise<unknown[]> =>
  page.evaluate(() => {
    const globals = window as unknown as PageGlobals;
    const { Msg } = globals.require('WAWebCollections') as {
      Msg: { getModelsArray(): { isNewMsg?: boolean; id?: { fromMe?: boolean } }[] };
    };
    return Msg.getModelsArray()
      .filter((one) => one.isNewMsg === true && one.id?.fromMe === false)
      .map((one) => globals.WWebJS?.getMessageModel(one));
  });

/** Chats of people and groups with a message of this time (s since the epoch) or later, the newest first. */
export const chatsSince = (page: Page, since: number): Promise<{ readonly chat: string; readonly at: number }[]> =>
  page.evaluate((from) => {
    const { Chat } = (window as unknown as PageGlobals).require('WAWebCollections') as {
      Chat: { getModelsArray(): { id: { _serialized: string }; t?: number }[] };
    };
    return Chat.getModelsArray()
      .map(({ id, t = 0 }) => ({ chat: id._serialized, at: t }))
      .filter(({ chat, at }) => at >= from && /@(?:c\.us|lid|g\.us)$/.test(chat))
      .toSorted((one, other) => other.at - one.at);
  }, since);

export interface Sought {
  readonly chat: string;
  /** s since the epoch. */
  readonly since: number;
  readonly limit: number;
}

/**
 * As the library's `fetchMessages`, which goes by a number alone: messages of a chat are loaded backwards until one is older.
 * Those that people wrote, in their order, the newest so many and all that are new to this page.
 */
export const messagesSince = (page: Page, sought: Sought): Promise<{ readonly messages: unknown[]; readonly more: boolean }> =>
  page.evaluate(async ({ chat: id, since, limit }) => {
    interface Message {
      readonly id: { readonly _serialized: string; readonly fromMe?: boolean };
      readonly isNewMsg?: boolean;
      readonly t?: number;
      readonly type?: string;
      readonly isNotification?: boolean;
    }
    interface Chat {
      readonly msgs: { getModelsArray(): Message[] };
    }
    const { require, WWebJS } = window as unknown as PageGlobals;
    const { createWid } = require('WAWebWidFactory') as { createWid(id: string): unknown };
    const { Chat } = require('WAWebCollections') as { Chat: { get(id: unknown): Chat | undefined } };
    const chat = Chat.get(createWid(id));
    if (!chat) return { messages: [], more: false };
    const earlierThan = async (of: Chat): Promise<Message[] | undefined> => {
      const name = 'WAWebChatLoadMessages';
      let found: { loadEarlierMsgs(of: { chat: Chat }): Promise<Message[] | undefined> };
      try {
        found = require(name) as typeof found;
      } catch {
        // A page that has changed: what it has loaded by itself is still there.
        return undefined;
      }
      return found.loadEarlierMsgs({ chat: of });
    };
    const others = 'gp2 e2e_notification notification notification_template protocol ciphertext revoked'.split(' ');
    const isWritten = ({ isNotification, type, t = 0 }: Message): boolean =>
      t >= since && isNotification !== true && !others.includes(type ?? '');
    const loaded = [...chat.msgs.getModelsArray()];
    while (loaded.every(({ t = 0 }) => t >= since) && loaded.length <= limit) {
      const earlier = await earlierThan(chat);
      if (!earlier || earlier.length === 0) break;
      loaded.unshift(...earlier);
    }
    const written = [...new Map(loaded.filter(isWritten).map((one) => [one.id._serialized, one])).values()];
    // What stands in the same second stays in the order in which it came.
    written.sort((one, other) => (one.t ?? 0) - (other.t ?? 0));
    // Those that came to this very page are all taken.
    const firstNew = written.findIndex(({ isNewMsg, id: { fromMe } }) => isNewMsg === true && !fromMe);
    const from = Math.min(Math.max(0, written.length - limit), firstNew < 0 ? Infinity : firstNew);
    return { messages: written.slice(from).map((one) => WWebJS?.getMessageModel(one)), more: from > 0 };
  }, sought);
