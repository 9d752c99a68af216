const FIRST_PLACES = 1024;

/**
 * Rows of an index of hashes that are still to be put into it: 24 bytes each, and nothing for V8 to go through. Rows may share a hash.
 */
export const createWaitingValues = () => {
  let hashes = new Float64Array(FIRST_PLACES);
  let rows = new Float64Array(FIRST_PLACES);
  /** One more than where a row stands, by its hash; twice as many places as there can be rows. */
  let places = new Int32Array(FIRST_PLACES * 2);
  let size = 0;

  const put = (hash: number, at: number): void => {
    const mask = places.length - 1;
    let place = hash & mask;
    while (places[place] !== 0) place = (place + 1) & mask;
    places[place] = at + 1;
  };
  const grow = (): void => {
    const before = { hashes, rows };
    hashes = new Float64Array(size * 2);
    rows = new Float64Array(size * 2);
    hashes.set(before.hashes);
    rows.set(before.rows);
    places = new Int32Array(size * 4);
    for (let at = 0; at < size; at += 1) put(hashes[at] as number, at);
  };

  return {
    get size() {
      return size;
    },
    add(hash: number, row: number): void {
      if (size === hashes.length) grow();
      hashes[size] = hash;
      rows[size] = row;
      put(hash, size);
      size += 1;
    },
    rowsOf(hash: number): number[] {
      const found: number[] = [];
      const mask = places.length - 1;
      for (let place = hash & mask; places[place] !== 0; place = (place + 1) & mask) {
        const at = (places[place] as number) - 1;
        if (hashes[at] === hash) found.push(rows[at] as number);
      }
      return found;
    },
    /** All of them, by hash. */
    *inOrder(): Generator<readonly [hash: number, row: number]> {
      const order = Uint32Array.from({ length: size }, (_, at) => at);
      const by = hashes;
      order.sort((left, right) => (by[left] as number) - (by[right] as number));
      for (const at of order) yield [hashes[at] as number, rows[at] as number];
    },
    clear(): void {
      hashes = new Float64Array(FIRST_PLACES);
      rows = new Float64Array(FIRST_PLACES);
      places = new Int32Array(FIRST_PLACES * 2);
      size = 0;
    },
  };
};

export type WaitingValues = ReturnType<typeof createWaitingValues>;
