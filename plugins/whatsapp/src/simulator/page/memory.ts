import type { Credentials, KeptMessage, StandIn } from './stand-in.ts';

/**
 * What a linked device keeps: its login, in two places that a browser writes to disk at different times, and its messages, of
 * which a page that is loaded has only the last of each chat at first.
 */
export function memory(page: StandIn): void {
  const open = (): Promise<IDBDatabase> =>
    new Promise((resolve, reject) => {
      const request = indexedDB.open('stand-in', 2);
      request.addEventListener('upgradeneeded', () => {
        const { result } = request;
        if (!result.objectStoreNames.contains('kept')) result.createObjectStore('kept');
        const messages = result.createObjectStore('messages', { keyPath: 'order', autoIncrement: true });
        messages.createIndex('id', 'id', { unique: true });
        messages.createIndex('chat', ['chat', 'order']);
        result.createObjectStore('chats', { keyPath: 'chat' });
      });
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(new Error('the database of the page cannot be opened')));
    });
  let opened: Promise<IDBDatabase> | undefined;
  const work = async <T>(
    mode: IDBTransactionMode,
    stores: readonly string[],
    run: (store: (name: string) => IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> => {
    opened ??= open();
    const database = await opened;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction([...stores], mode);
      const request = run((name) => transaction.objectStore(name));
      transaction.addEventListener('complete', () => resolve(request.result));
      transaction.addEventListener('abort', () => reject(new Error('the database of the page cannot be written')));
    });
  };
  const KEY = 'stand-in.login';
  const EARLIER = 20;

  Object.assign(page, {
    credentials: {
      async load(): Promise<Credentials | null> {
        const login = await work<unknown>('readonly', ['kept'], (store) => store('kept').get(KEY));
        const one = localStorage.getItem(KEY);
        return one !== null && one === login ? (JSON.parse(one) as Credentials) : null;
      },
      async save(of: Credentials): Promise<void> {
        const text = JSON.stringify(of);
        localStorage.setItem(KEY, text);
        await work('readwrite', ['kept'], (store) => store('kept').put(text, KEY));
      },
      async clear(): Promise<void> {
        localStorage.removeItem(KEY);
        await work('readwrite', ['kept', 'messages', 'chats'], (store) => {
          store('messages').clear();
          store('chats').clear();
          return store('kept').delete(KEY);
        });
      },
    },
    archive: {
      async add(message: KeptMessage): Promise<number | undefined> {
        if ((await work('readonly', ['messages'], (store) => store('messages').index('id').getKey(message.id))) !== undefined)
          return undefined;
        const place = await work('readwrite', ['messages', 'chats'], (store) => {
          const added = store('messages').add(message);
          added.addEventListener('success', () =>
            store('chats').put({ chat: message.chat, t: message.t, last: { ...message, order: added.result } }),
          );
          return added;
        });
        return place as number;
      },
      get: (id: string) =>
        work<KeptMessage | undefined>('readonly', ['messages'], (store) => store('messages').index('id').get(id)),
      chats: () =>
        work<{ chat: string; t: number; last: KeptMessage }[]>('readonly', ['chats'], (store) => store('chats').getAll()),
      async before(chat: string, order: number): Promise<KeptMessage[]> {
        const all = await work<KeptMessage[]>('readonly', ['messages'], (store) =>
          store('messages')
            .index('chat')
            .getAll(IDBKeyRange.bound([chat, 0], [chat, order], false, true)),
        );
        return all.slice(-EARLIER);
      },
    },
  });
}
