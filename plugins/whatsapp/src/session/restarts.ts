/** Times the first one: with a first pause of a second the last is five minutes. */
const PAUSES = [1, 2, 5, 10, 30, 60, 120, 300] as const;
/** Ready for so long, the next fault counts as the first again. */
const STEADY_MS = 60_000;

export interface RestartOptions {
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
  readonly firstPauseMs: number;
  /** Most in a row; 0: no limit. */
  readonly limit: number;
}

/** How often the browser was started anew in a row, and how long to wait before the next time. */
export class Restarts {
  #inARow = 0;
  #readySince: number | undefined;

  ready(now: number): void {
    this.#readySince = now;
  }

  forget(): void {
    this.#inARow = 0;
  }

  /** ms; undefined when there were `limit` in a row already. */
  next({ now, random, firstPauseMs, limit }: RestartOptions): number | undefined {
    if (this.#readySince !== undefined && now - this.#readySince > STEADY_MS) this.#inARow = 0;
    this.#readySince = undefined;
    const times = PAUSES[Math.min(this.#inARow, PAUSES.length - 1)] ?? 0;
    this.#inARow += 1;
    return limit > 0 && this.#inARow > limit ? undefined : times * firstPauseMs * (0.8 + 0.4 * random);
  }
}
