import { endianness } from 'node:os';
import type { Scalar } from '../../query/filter.ts';
import type { SavedTable } from '../memory/saved-table.ts';

// Behind the documents a snapshot says what their indexes held, for each collection in lines of JSON: one with indexes, tallies and the
// rows of unique values; then the values, some hundred a line; then one that ends it.

const VALUES_A_LINE = 256;
const END = ']}';
const CLOSE = END.charCodeAt(0);

const packed = (places: Uint32Array): string => {
  const bytes = Buffer.from(places.buffer, places.byteOffset, places.byteLength);
  return (endianness() === 'BE' ? Buffer.from(bytes).swap32() : bytes).toString('base64');
};

const unpacked = (text: string): Uint32Array => {
  // A copy of its own, which begins where numbers may.
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  if (endianness() === 'BE') Buffer.from(bytes.buffer).swap32();
  return new Uint32Array(bytes.buffer);
};

/** The object of one collection, from its name on, in lines that each end with a line break. */
export function* linesOfSaved(name: string, { indexes, tallies, uniques }: SavedTable): Generator<string> {
  const head = {
    indexes: indexes.map(({ places, ...index }) => ({ ...index, places: packed(places) })),
    tallies,
    uniques: uniques.map(({ path, places }) => ({ path, places: packed(places) })),
  };
  yield `${JSON.stringify(name)}:{"head":\n${JSON.stringify(head)}\n,"values":\n[\n`;
  const values = uniques.flatMap((unique) => unique.values());
  for (let at = 0; at < values.length; at += VALUES_A_LINE) {
    const line = JSON.stringify(values.slice(at, at + VALUES_A_LINE)).slice(1, -1);
    yield `${line}${at + VALUES_A_LINE < values.length ? ',' : ''}\n`;
  }
  yield `${END}\n`;
}

interface Head {
  readonly indexes: readonly (Omit<SavedTable['indexes'][number], 'places'> & { readonly places: string })[];
  readonly tallies: SavedTable['tallies'];
  readonly uniques: readonly { readonly path: string; readonly places: string }[];
}

/** Takes those lines one by one, without their line breaks. */
export const createSavedReader = () => {
  const tables = new Map<string, SavedTable>();
  let name: string | undefined;
  let head: Head | undefined;
  let values: Buffer[] | undefined;

  const finish = (): void => {
    if (name === undefined || !head || !values) return;
    const lines = values;
    let known: Scalar[] | undefined;
    const all = (): Scalar[] => (known ??= JSON.parse(`[${Buffer.concat(lines).toString()}]`) as Scalar[]);
    let from = 0;
    const uniques = head.uniques.map(({ path, places: text }) => {
      const places = unpacked(text);
      const start = from;
      from += places.length;
      return { path, places, values: () => all().slice(start, start + places.length) };
    });
    const indexes = head.indexes.map((index) => ({ ...index, places: unpacked(index.places) }));
    tables.set(name, { indexes, tallies: head.tallies, uniques });
    head = undefined;
    values = undefined;
  };

  return {
    tables,
    take(line: Buffer): void {
      if (values) {
        if (line[0] === CLOSE) finish();
        else values.push(line);
        return;
      }
      const text = line.toString();
      if (head) {
        if (text === '[') values = [];
      } else if (text.startsWith('{')) head = JSON.parse(text) as Head;
      else if (text.startsWith('"')) name = JSON.parse(text.slice(0, text.lastIndexOf(':{'))) as string;
    },
  };
};
