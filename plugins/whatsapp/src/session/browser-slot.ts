import type { Connection } from './connection.ts';

/** The one browser of a session, from the moment it is being started until nothing of it runs. */
export class BrowserSlot {
  #connection: Connection | undefined;
  #life = new AbortController();
  /** Settles when the browser that is being started is there, or gone again. */
  #opening: Promise<unknown> = Promise.resolve();
  #closing: Promise<unknown> = Promise.resolve();

  get connection(): Connection | undefined {
    return this.#connection;
  }

  /** Ends when the present browser counts no more. */
  get signal(): AbortSignal {
    return this.#life.signal;
  }

  /** For the next browser. */
  begin(): AbortSignal {
    this.#life = new AbortController();
    return this.#life.signal;
  }

  /** What it still says counts no more. */
  disown(): void {
    this.#life.abort();
  }

  /** Noted also when it is no longer wanted by then: whoever closes the slot closes it. */
  fill(opening: Promise<Connection>): Promise<Connection> {
    this.#opening = opening.then(
      (connection) => (this.#connection = connection),
      () => undefined,
    );
    return opening;
  }

  async close(): Promise<void> {
    await this.#opening;
    const connection = this.#connection;
    this.#connection = undefined;
    this.#closing = Promise.all([this.#closing, connection?.close()]);
    await this.#closing;
  }
}
