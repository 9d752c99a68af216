import type { KeptMessage, Model, StandIn } from './stand-in.ts';

/** Chats and messages as a page that is loaded anew has them: of each chat the last message, earlier ones when they are asked for. */
export function archive(page: StandIn): Record<string, unknown> {
  page.restore = (kept: KeptMessage): Model => {
    const message = page.messages.get(kept.id) ?? page.messages.add(page.modelOf(kept.word, false));
    page.places.set(message, kept.order ?? 0);
    return message;
  };
  page.wakeUp = async () => {
    for (const { chat, t, last } of await page.archive.chats()) {
      page.chatFor(chat).set('t', t);
      page.restore(last);
    }
  };
  page.messages.getMessagesById = async (ids) => {
    const kept = await Promise.all(ids.map((id) => page.archive.get(String(id))));
    return { messages: ids.flatMap((id, at) => page.messages.get(id) ?? (kept[at] ? [page.restore(kept[at])] : [])) };
  };

  const idOf = (model: Model): string => (model['id'] as { _serialized: string })._serialized;
  return {
    WAWebChatLoadMessages: {
      async loadEarlierMsgs({ chat }: { chat: Model }) {
        const loaded = (chat['msgs'] as { getModelsArray(): Model[] }).getModelsArray();
        const first = Math.min(...loaded.map((one) => page.places.get(one) ?? Infinity));
        const earlier = await page.archive.before(idOf(chat), first);
        return earlier.map((kept) => page.restore(kept));
      },
    },
  };
}
