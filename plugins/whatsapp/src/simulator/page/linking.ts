import type { Credentials, Model, ServiceWord, StandIn } from './stand-in.ts';

/** What the page does with what the service says: link, sync, take messages, log out. */
export function linking(page: StandIn): (word: ServiceWord) => void {
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const { socket, conn, cmd, config } = page;

  const take = (word: ServiceWord): void => {
    const from = page.createWid(word['from']);
    const me = page.me ? page.createWid(page.me.wid) : undefined;
    const id = new page.MessageKey({ to: me, remote: from, fromMe: false, id: word['id'] });
    if (!page.messages.get(id)) {
      const chat = page.chatFor(from);
      page.messages.add(
        page.createModel({
          id,
          body: word['body'],
          type: word['kind'] ?? 'chat',
          from,
          to: me,
          ack: 1,
          t: Math.floor(Date.now() / 1_000),
          isNewMsg: true,
          notifyName: from.user,
        }),
      );
      chat.set('unreadCount', (chat['unreadCount'] as number) + 1);
    }
    page.post({ type: 'delivered', id: word['id'], to: word['from'] });
  };

  const acknowledge = (id: unknown, ack: number): void => {
    for (const message of page.messages.getModelsArray())
      if ((message['id'] as { id: string }).id === id && (message['ack'] as number) < ack) message.set('ack', ack);
  };

  page.online = async () => {
    const { me } = page;
    if (!me) return;
    conn.set({ pushname: me.pushname, platform: me.platform, wid: page.createWid(me.wid) });
    if (config.syncBeforeInject) socket['hasSynced'] = true;
    socket.set({ state: 'CONNECTED', stream: 'CONNECTED' });
    if (config.noSync || config.syncBeforeInject) return;
    for (let percent = 25; percent <= 100; percent += 25) {
      await wait(config.syncMs / 4);
      page.progress = percent;
      cmd.trigger('offline_progress_update_from_bridge');
    }
    socket.set('hasSynced', true);
  };
  page.logout = async (why) => {
    page.closing = true;
    if (why === 'user') page.post({ type: 'unlink-self' });
    await page.credentials.clear();
    page.me = null;
    cmd.trigger(why === 'user' ? 'logout' : 'logout_from_bridge');
    setTimeout(() => location.replace('https://web.whatsapp.com/'), 50);
  };
  page.refreshQr = () => {
    if (page.me) return;
    socket.set('state', 'UNPAIRED');
    page.post({ type: 'refresh' });
  };

  const answers: Record<string, (word: ServiceWord) => unknown> = {
    ref: ({ ref }) => {
      conn.set('ref', ref);
      if (!page.me && socket['state'] !== 'UNPAIRED') socket.set('state', 'UNPAIRED');
    },
    idle: () => socket.set('state', 'UNPAIRED_IDLE'),
    async paired({ credentials }) {
      page.me = credentials as Credentials;
      await page.credentials.save(page.me);
      socket.set('state', 'PAIRING');
      await wait(config.openMs);
      await page.online();
    },
    welcome: () => (socket['hasSynced'] ? socket.set('state', 'CONNECTED') : page.online()),
    rejected: () => page.logout('bridge'),
    logout: () => page.logout('bridge'),
    message: take,
    ack: ({ id, ack }) => acknowledge(id, ack as number),
    state: ({ state }) => socket.set('state', state),
    hang: ({ ms }) => {
      const until = Date.now() + (ms as number);
      // Busy on purpose: a page that computes answers nobody.
      while (Date.now() < until) Math.sqrt(until);
    },
    reload: () => location.reload(),
    navigate: () => history.pushState({}, '', `/#${page.hex(2)}`),
  };
  return (word) => answers[word.type]?.(word);
}

/** Adds the message and sends it: gives the message at once, and what became of it. */
export function sender(page: StandIn): (chat: Model, attributes: Record<string, unknown>) => unknown[] {
  return (chat, attributes) => {
    const message = page.messages.add(page.createModel(attributes));
    const id = (attributes['id'] as { id: string }).id;
    chat.set('t', attributes['t']);
    const to = (chat['id'] as { _serialized: string })._serialized;
    const body = attributes['caption'] ?? attributes['pollName'] ?? attributes['body'] ?? '';
    const kind = attributes['type'];
    const sent = page.request({ type: 'send', id, to, body, kind, filehash: attributes['filehash'] }).then(
      (answer) => {
        if ((message['ack'] as number) < 1) message.set('ack', answer['ack']);
        return { messageSendResult: 'OK', t: answer['t'] };
      },
      (error: unknown) => {
        message.set('ack', -1);
        return { messageSendResult: 'ERROR_UNKNOWN', error: String(error) };
      },
    );
    return [Promise.resolve(message), sent];
  };
}
