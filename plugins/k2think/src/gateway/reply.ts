/**
 * Where an answer goes: a socket of the gateway, or a `Response` within the process. It has methods where a getter would do, as
 * each object with a getter has a hidden class of its own, and one is made for each request.
 */
export interface Reply {
  head(status: number, headers: Readonly<Record<string, string>>): void;
  /** False when it should wait for `drained`. */
  write(piece: Buffer): boolean;
  end(last?: Buffer | string): void;
  /** Ends it in the middle, so that the client sees that it is not whole. */
  breakOff(): void;
  /** The head is out: nothing can be tried again. */
  begun(): boolean;
  /** The client went away, or all is said. */
  over(): boolean;
  /** Called once, when the client goes away before all is said. */
  onGone(listener: () => void): void;
  onDrained(listener: () => void): void;
  /** Called once, when its door is closed and has waited long enough: what is still to be said has to be said now. */
  onClosing(listener: () => void): void;
}
