import type { Credentials, Model, PageWindow, ServiceWord, StandIn } from './stand-in.ts';

/** What the page does with what the service says: link, sync, take messages, log out. */
export function linking(page: StandIn): (word: ServiceWord) => void {
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const { socket, conn, cmd, config } = page;

  page.modelOf = (word, isNewMsg) => {
    const { filehash, pollOptions, mine } = word;
    const other = page.createWid(mine === true ? word['to'] : word['from']);
    const author = word['author'] === undefined ? undefined : page.createWid(word['author']);
    const me = page.me ? page.createWid(page.me.wid) : undefined;
    const [from, to] = mine === true ? [me, other] : [other, me];
    const model = page.createModel({
      id: new page.MessageKey({ to: me, remote: other, fromMe: mine === true, id: word['id'], participant: author }),
      body: word['body'],
      type: word['kind'] ?? 'chat',
      from,
      to,
      ...(author && { author }),
      ack: 1,
      t: word['t'],
      isNewMsg,
      notifyName: word['name'] ?? (author ?? other).user,
      ...(pollOptions !== undefined && { body: '', pollName: word['body'], pollOptions }),
      ...(filehash !== undefined && page.fileOf(word)),
    });
    if (filehash !== undefined) page.makeLoadable(model);
    return model;
  };
  const keep = async (model: Model, word: ServiceWord): Promise<boolean> => {
    const { _serialized: id, remote } = model['id'] as { _serialized: string; remote: { _serialized: string } };
    const place = await page.archive.add({ id, chat: remote._serialized, t: word['t'] as number, word });
    if (place !== undefined) page.places.set(model, place);
    return place !== undefined;
  };

  /** In the page's own database before the service hears that it was delivered. */
  const take = async (told: ServiceWord): Promise<void> => {
    const word: ServiceWord & { readonly t: number } = { t: Math.floor(Date.now() / 1_000), ...told };
    const message = page.modelOf(word, true);
    if (await keep(message, word)) {
      const chat = page.chatFor((message['id'] as { remote: unknown }).remote);
      chat.set({ t: word.t, unreadCount: (chat['unreadCount'] as number) + 1 });
      page.messages.add(message);
    }
    page.post({ type: 'delivered', id: word['id'], to: word['author'] ?? word['from'] });
  };
  let taking: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<unknown>): void => {
    taking = taking.then(work).catch((error: unknown) => page.errors.push(String(error)));
  };
  page.sentOwn = (model, word) => inTurn(() => keep(model, word));

  /** As the real page tells of votes: the library stands in front of this function. */
  const vote = ({ poll, from, options, t }: ServiceWord): void => {
    const message = page.messages.getModelsArray().find((one) => (one['id'] as { id: string }).id === poll);
    const known = (message?.['pollOptions'] ?? []) as { name: string; localId: number }[];
    const { pollVoteTableMode } = (window as unknown as PageWindow).require('WAWebAddonPollVoteTableMode') as {
      pollVoteTableMode: { bulkUpsert(votes: unknown[]): Promise<void> };
    };
    const voter = page.createWid(from);
    if (message)
      void pollVoteTableMode.bulkUpsert([
        {
          id: new page.MessageKey({ to: voter, remote: voter, fromMe: false, id: page.hex(9) }),
          pollUpdateParentKey: message['id'],
          from: voter,
          t,
          senderTimestampMs: t,
          selectedOptionLocalIds: known.filter(({ name }) => (options as string[]).includes(name)).map(({ localId }) => localId),
        },
      ]);
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
    message: (word) => inTurn(() => take(word)),
    // It reached the page, and nobody was told: a host that was killed before it noted anything.
    unnoted: (word) =>
      inTurn(async () => {
        await keep(page.modelOf(word, false), word);
        page.post({ type: 'delivered', id: word['id'], to: word['from'] });
      }),
    vote,
    group: (word) => page.learnGroup(word),
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
    const to = (chat['id'] as { _serialized: string })._serialized;
    const body = attributes['caption'] ?? attributes['pollName'] ?? attributes['body'] ?? '';
    const kind = attributes['type'];
    const { filehash, mimetype, filename, size, pollOptions, t } = attributes;
    chat.set('t', t);
    page.sentOwn(message, { type: 'own', mine: true, id, to, body, kind, t, ...(pollOptions !== undefined && { pollOptions }) });
    const sent = page.request({ type: 'send', id, to, body, kind, filehash, mimetype, filename, size, pollOptions }).then(
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
