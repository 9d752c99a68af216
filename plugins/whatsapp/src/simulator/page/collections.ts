import type { Model, StandIn } from './stand-in.ts';

/** Socket, connection and commands; messages, chats and contacts. */
export function collections(page: StandIn): void {
  const socket = page.createModel({ state: 'UNLAUNCHED', stream: 'DISCONNECTED', hasSynced: false });
  // On the prototype, as methods of a class would stand: own functions could not leave the page.
  Object.setPrototypeOf(
    socket,
    Object.assign(Object.create(Object.getPrototypeOf(socket) as object) as object, {
      logout: () => page.logout('user'),
      reconnect: () => page.drop(),
      takeover: () => socket.set('state', 'CONNECTED'),
    }),
  );
  const messages = page.createCollection();
  const chats = page.createCollection();
  const contacts = page.createCollection();

  // One that is being written to disk stands behind all others.
  const places = new WeakMap<Model, number>();
  const placeOf = (message: Model): number => places.get(message) ?? Number.MAX_SAFE_INTEGER;
  const chatFor = (of: unknown): Model => {
    const wid = page.createWid(of);
    const known = chats.get(wid);
    if (known) return known;
    const chat = page.createModel({
      id: wid,
      t: 0,
      unreadCount: 0,
      archive: false,
      pin: 0,
      isLocked: false,
      muteExpiration: 0,
      formattedTitle: wid.user,
      mute: { expiration: 0 },
    });
    if (wid.isGroup())
      chat['groupMetadata'] = page.createModel({
        id: wid,
        subject: '',
        participants: [],
        announce: false,
        isLidAddressingMode: false,
      });
    Object.defineProperty(chat, 'msgs', {
      value: {
        getModelsArray: () =>
          messages
            .getModelsArray()
            .filter((one) => (one['id'] as { remote: { _serialized: string } }).remote._serialized === wid._serialized)
            .toSorted((one, other) => placeOf(one) - placeOf(other)),
      },
    });
    return chats.add(chat);
  };
  contacts.find = async (of) => {
    const wid = page.createWid(of);
    const contact = { id: wid, name: undefined, pushname: wid.user, isBusiness: false, isEnterprise: false };
    return contacts.get(wid) ?? contacts.add(page.createModel(contact));
  };
  chats.find = async (of) => chatFor(of);

  Object.assign(page, {
    socket,
    conn: page.createModel({ ref: undefined, pushname: undefined, platform: undefined, wid: undefined }),
    cmd: Object.assign(page.createEmitter(), {
      refreshQR: () => page.refreshQr(),
      openChatBottom: async () => true,
      openChatAt: async () => true,
    }),
    messages,
    chats,
    contacts,
    places,
    chatFor,
  });
}
