const WORDS = 2;

/** 64 bits of a text, by multiplication and mixing; not for secrets. */
function hash(text: string, into: Uint32Array): void {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  let c = 0xc2b2ae35;
  let d = 0x27d4eb2f;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    a = b ^ Math.imul(a ^ unit, 597_399_067);
    b = c ^ Math.imul(b ^ unit, 2_869_860_233);
    c = d ^ Math.imul(c ^ unit, 951_274_213);
    d = a ^ Math.imul(d ^ unit, 2_716_044_179);
  }
  a = Math.imul(c ^ (a >>> 18), 597_399_067);
  b = Math.imul(d ^ (b >>> 22), 2_869_860_233);
  c = Math.imul(a ^ (c >>> 17), 951_274_213);
  d = Math.imul(b ^ (d >>> 19), 2_716_044_179);
  into[0] = a ^ b ^ c ^ d;
  // Never all zero: that marks a free place.
  into[1] = (b ^ d) | 1;
}

/** Remembers which texts it has met, 8 bytes each: a million keys in 16 MB. Two texts are taken for one with a chance of 2^-63. */
export interface KeySet {
  readonly size: number;
  has(key: string): boolean;
  add(key: string): void;
}

export function createKeySet(): KeySet {
  let capacity = 1_024;
  let places = new Uint32Array(capacity * WORDS);
  let size = 0;
  const wanted = new Uint32Array(WORDS);

  /** Where the wanted words are, or the free place where they would go. */
  const find = (): number => {
    const mask = capacity - 1;
    for (let place = (wanted[0] as number) & mask; ; place = (place + 1) & mask) {
      const at = place * WORDS;
      if (places[at + 1] === 0 || (places[at] === wanted[0] && places[at + 1] === wanted[1])) return at;
    }
  };
  const grow = (): void => {
    const old = places;
    capacity *= 2;
    places = new Uint32Array(capacity * WORDS);
    for (let at = 0; at < old.length; at += WORDS) {
      if (old[at + 1] === 0) continue;
      wanted.set(old.subarray(at, at + WORDS));
      places.set(wanted, find());
    }
  };

  return {
    get size() {
      return size;
    },
    has(key) {
      hash(key, wanted);
      return places[find() + 1] !== 0;
    },
    add(key) {
      if (size * 2 >= capacity) grow();
      hash(key, wanted);
      const at = find();
      if (places[at + 1] !== 0) return;
      places.set(wanted, at);
      size += 1;
    },
  };
}
