/** The first value is awaited before anything is sent, so that an error at the start is still a plain answer. */
export async function startEarly<T>(values: AsyncIterable<T>): Promise<AsyncIterable<T>> {
  const iterator = values[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    try {
      for (let step = first; step.done !== true; step = await iterator.next()) yield step.value;
    } finally {
      await iterator.return?.();
    }
  })();
}

const CHUNK = 64 * 1024;
const LATER = Symbol('later');
const nextTurn = (): Promise<typeof LATER> => new Promise((resolve) => setImmediate(() => resolve(LATER)));

/**
 * Texts as bytes, those that are ready in the same turn in one piece. Nothing is made before the reader asks: a slow client holds the
 * source back, and one that leaves ends it.
 */
export function toBytes(texts: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = texts[Symbol.asyncIterator]();
  let pending: Promise<IteratorResult<string>> | undefined;

  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    let text = '';
    let turn: Promise<typeof LATER> | undefined;
    while (text.length < CHUNK) {
      pending ??= iterator.next();
      const step = turn ? await Promise.race([pending, turn]) : await pending;
      if (step === LATER) break;
      pending = undefined;
      if (step.done === true) {
        if (text !== '') controller.enqueue(encoder.encode(text));
        return controller.close();
      }
      text += step.value;
      turn ??= nextTurn();
    }
    // Awaited at the next pull, or never when the client leaves before.
    pending?.catch(() => undefined);
    controller.enqueue(encoder.encode(text));
  };

  return new ReadableStream<Uint8Array>(
    {
      pull,
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Many values of a stream that are there at once. */
export class Several<T> {
  readonly values: readonly T[];

  constructor(values: readonly T[]) {
    this.values = values;
  }
}

const lineOf = (value: unknown): string => `${JSON.stringify(value)}\n`;

/** One value a line. */
export async function* toLines(values: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const value of values) {
    if (!(value instanceof Several)) yield lineOf(value);
    else if (value.values.length > 0) yield value.values.map(lineOf).join('');
  }
}
