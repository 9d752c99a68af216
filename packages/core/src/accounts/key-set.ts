const WORDS = 2;
/** Each grows by itself, so that growing needs room for one more of them, not for twice the set. */
const PARTS = 64;
const FIRST_PLACES = 16;
const FULLEST = 0.75;

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

/** Remembers which texts it has met: a million keys in 11 to 16 MB. Two texts are taken for one with a chance of 2^-63. */
export interface KeySet {
  readonly size: number;
  has(key: string): boolean;
  add(key: string): void;
}

interface Part {
  places: Uint32Array;
  size: number;
}

/** The index of these two words, or of the free place where they would go. */
function find(places: Uint32Array, low: number, high: number): number {
  // The low bits chose the part: all of it counts here, the upper ones most.
  let at = Math.floor((low / 2 ** 32) * (places.length / WORDS)) * WORDS;
  for (;;) {
    if (places[at + 1] === 0 || (places[at] === low && places[at + 1] === high)) return at;
    at += WORDS;
    if (at === places.length) at = 0;
  }
}

function put(places: Uint32Array, low: number, high: number): boolean {
  const at = find(places, low, high);
  if (places[at + 1] !== 0) return false;
  places[at] = low;
  places[at + 1] = high;
  return true;
}

/** Half as many places again. */
function larger(places: Uint32Array): Uint32Array {
  const grown = new Uint32Array(Math.ceil((places.length / WORDS) * 1.5) * WORDS);
  for (let at = 0; at < places.length; at += WORDS)
    if (places[at + 1] !== 0) put(grown, places[at] as number, places[at + 1] as number);
  return grown;
}

export function createKeySet(): KeySet {
  const parts: Part[] = Array.from({ length: PARTS }, () => ({ places: new Uint32Array(FIRST_PLACES * WORDS), size: 0 }));
  let size = 0;
  const wanted = new Uint32Array(WORDS);
  const partOf = (key: string): Part => {
    hash(key, wanted);
    return parts[(wanted[0] as number) % PARTS] as Part;
  };

  return {
    get size() {
      return size;
    },
    has(key) {
      const { places } = partOf(key);
      return places[find(places, wanted[0] as number, wanted[1] as number) + 1] !== 0;
    },
    add(key) {
      const part = partOf(key);
      if ((part.size + 1) * WORDS > part.places.length * FULLEST) part.places = larger(part.places);
      if (!put(part.places, wanted[0] as number, wanted[1] as number)) return;
      part.size += 1;
      size += 1;
    },
  };
}
