const PAUSES_MS = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000] as const;
/** Ready for so long, the next fault counts as the first again. */
const STEADY_MS = 60_000;

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

  /** ms; undefined when there were `limit` in a row already (0: no limit). `random` is in [0, 1). */
  next({ now, random, limit }: { readonly now: number; readonly random: number; readonly limit: number }): number | undefined {
    if (this.#readySince !== undefined && now - this.#readySince > STEADY_MS) this.#inARow = 0;
    this.#readySince = undefined;
    const pause = (PAUSES_MS[Math.min(this.#inARow, PAUSES_MS.length - 1)] ?? 0) * (0.8 + 0.4 * random);
    this.#inARow += 1;
    return limit > 0 && this.#inARow > limit ? undefined : pause;
  }
}
