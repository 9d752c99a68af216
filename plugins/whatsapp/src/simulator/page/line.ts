import type { ServiceWord, StandIn } from './stand-in.ts';

/** The line to the service. What waits for an answer is said again after a cut: the service knows a message by its id. */
export function line(page: StandIn, heard: (word: ServiceWord) => void): void {
  const RECONNECT_MS = 300;
  interface Waiting {
    readonly word: ServiceWord;
    readonly resolve: (answer: Record<string, unknown>) => void;
    readonly reject: (error: Error) => void;
  }
  let socket: WebSocket | undefined;
  let count = 0;
  const waiting = new Map<number, Waiting>();

  const post = (word: ServiceWord): void => {
    if (socket?.readyState === 1) socket.send(JSON.stringify(word));
  };
  const connect = (): void => {
    const mine = new WebSocket(page.config.service);
    socket = mine;
    mine.addEventListener('open', () => post({ type: 'hello', credentials: page.me }));
    mine.addEventListener('error', () => page.errors.push('the line was cut'));
    mine.addEventListener('close', () => {
      if (page.closing || socket !== mine) return;
      if (page.me) page.socket.set('state', 'TIMEOUT');
      setTimeout(() => {
        if (page.closing) return;
        if (page.me) page.socket.set('state', 'OPENING');
        connect();
      }, RECONNECT_MS);
    });
    mine.addEventListener('message', (event: MessageEvent<string>) => {
      const word = JSON.parse(event.data) as ServiceWord & { answers?: number; error?: string };
      const asked = word.answers === undefined ? undefined : waiting.get(word.answers);
      if (word.type === 'welcome') for (const [number, one] of waiting) post({ ...one.word, number });
      if (!asked) return heard(word);
      waiting.delete(word.answers as number);
      if (word.error === undefined) asked.resolve(word);
      else asked.reject(new Error(word.error));
    });
  };

  Object.assign(page, {
    connect,
    post,
    drop: () => socket?.close(),
    request: (word: ServiceWord) =>
      new Promise<Record<string, unknown>>((resolve, reject) => {
        const number = ++count;
        waiting.set(number, { word, resolve, reject });
        post({ ...word, number });
      }),
  });
}
