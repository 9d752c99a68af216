/** Time and randomness come in through the container, so that tests can turn them. Nothing else in core asks the machine. */
export interface Clock {
  /** Milliseconds since the epoch. Never runs backwards while the host lives, and does not jump when the wall clock is set. */
  now(): number;
  /** Calls back once after `ms`; the returned function takes it back. Does not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
}

export interface Random {
  /** In [0, 1). */
  number(): number;
  /** A fresh id: 16 characters of Crockford base32 (80 bits), lower case. */
  id(): string;
  bytes(length: number): Uint8Array;
}
