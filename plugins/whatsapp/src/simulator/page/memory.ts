import type { Credentials, StandIn } from './stand-in.ts';

/** Where a linked device keeps its login: in two places that a browser writes to disk at different times. */
export function memory(page: StandIn): void {
  const open = (): Promise<IDBDatabase> =>
    new Promise((resolve, reject) => {
      const request = indexedDB.open('stand-in', 1);
      request.addEventListener('upgradeneeded', () => request.result.createObjectStore('kept'));
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(new Error('the database of the page cannot be opened')));
    });
  const work = async <T>(mode: IDBTransactionMode, run: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction('kept', mode);
      const request = run(transaction.objectStore('kept'));
      transaction.addEventListener('complete', () => {
        database.close();
        resolve(request.result);
      });
      transaction.addEventListener('error', () => reject(new Error('the database of the page cannot be written')));
    });
  };
  const KEY = 'stand-in.login';

  Object.assign(page, {
    credentials: {
      async load(): Promise<Credentials | null> {
        const [one, other] = [localStorage.getItem(KEY), await work<unknown>('readonly', (store) => store.get(KEY))];
        return one !== null && one === other ? (JSON.parse(one) as Credentials) : null;
      },
      async save(of: Credentials): Promise<void> {
        const text = JSON.stringify(of);
        localStorage.setItem(KEY, text);
        await work('readwrite', (store) => store.put(text, KEY));
      },
      async clear(): Promise<void> {
        localStorage.removeItem(KEY);
        await work('readwrite', (store) => store.delete(KEY));
      },
    },
  });
}
