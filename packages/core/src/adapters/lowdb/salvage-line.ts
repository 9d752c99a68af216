import type { Document } from '../../ports/store.ts';

/** Behind the object that begins at `from`; undefined where it does not end. */
const endOfObject = (text: string, from: number): number | undefined => {
  let depth = 0;
  let inString = false;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
};

const documentIn = (text: string): Document | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof (value as { id?: unknown } | null)?.id === 'string' ? (value as Document) : undefined;
  } catch {
    return undefined;
  }
};

/** The new documents of a damaged line of the journal that can still be read, each by itself: one write may hold hundreds. */
export function* insertsIn(text: string): Generator<readonly [collection: string, document: Document]> {
  // Inside of a string its quotes would be escaped.
  for (const match of text.matchAll(/\["insert","([^"\\]+)",(?=\{)/g)) {
    const from = match.index + match[0].length;
    const end = endOfObject(text, from);
    const document = end === undefined ? undefined : documentIn(text.slice(from, end));
    if (document !== undefined) yield [match[1] ?? '', document];
  }
}
