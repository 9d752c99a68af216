/** Where an answer goes: a socket of the gateway, or a `Response` within the process. */
export interface Reply {
  head(status: number, headers: Readonly<Record<string, string>>): void;
  /** False when it should wait for `drained`. */
  write(piece: string, encoding: 'latin1' | 'utf8'): boolean;
  end(text?: string, encoding?: 'latin1' | 'utf8'): void;
  /** Ends it in the middle, so that the client sees that it is not whole. */
  breakOff(): void;
  /** The head is out: nothing can be tried again. */
  readonly begun: boolean;
  /** The client went away, or all is said. */
  readonly over: boolean;
  /** Called once, when the client goes away before all is said. */
  onGone(listener: () => void): void;
  onDrained(listener: () => void): void;
}
