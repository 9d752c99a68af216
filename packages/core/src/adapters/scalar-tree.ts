import type { Scalar } from '../query/filter.ts';

type Branch<T> = Map<Scalar, Branch<T> | T>;

/** Values by a list of scalars, always of the same length: a map of maps, which needs no key to be put together. */
export class ScalarTree<T extends object> {
  readonly #depth: number;
  readonly #root: Branch<T> = new Map();
  /** The only value where the lists are empty. */
  #only: T | undefined;

  constructor(depth: number) {
    this.#depth = depth;
  }

  get(key: readonly Scalar[]): T | undefined {
    if (this.#depth === 0) return this.#only;
    const branch = this.#branchOf(key, false);
    return branch?.get(key[this.#depth - 1] as Scalar) as T | undefined;
  }

  set(key: readonly Scalar[], value: T): void {
    if (this.#depth === 0) this.#only = value;
    else this.#branchOf(key, true)?.set(key[this.#depth - 1] as Scalar, value);
  }

  /** Empty branches stay: the values of a field come again. */
  delete(key: readonly Scalar[]): void {
    if (this.#depth === 0) this.#only = undefined;
    else this.#branchOf(key, false)?.delete(key[this.#depth - 1] as Scalar);
  }

  *values(): Generator<T> {
    if (this.#depth === 0) {
      if (this.#only !== undefined) yield this.#only;
    } else yield* this.#under(this.#root, this.#depth);
  }

  *#under(branch: Branch<T>, levels: number): Generator<T> {
    for (const entry of branch.values()) {
      if (levels === 1) yield entry as T;
      else yield* this.#under(entry as Branch<T>, levels - 1);
    }
  }

  #branchOf(key: readonly Scalar[], makes: boolean): Branch<T> | undefined {
    let branch = this.#root;
    for (let level = 0; level < this.#depth - 1; level += 1) {
      const value = key[level] as Scalar;
      let next = branch.get(value) as Branch<T> | undefined;
      if (!next) {
        if (!makes) return undefined;
        next = new Map();
        branch.set(value, next);
      }
      branch = next;
    }
    return branch;
  }
}
