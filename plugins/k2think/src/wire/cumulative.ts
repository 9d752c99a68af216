/** Shorter first pieces may begin a second one by chance. */
const TELLING_LENGTH = 16;

/** Turns the texts of a stream into what each adds, whether they are pieces or each the whole so far. */
export interface DeltaReader {
  push(text: string): string;
  /** What was held back while it could have been either. */
  end(): string;
  /** It is known by now, and the texts are pieces. */
  plain(): boolean;
}

/**
 * Some of the service's streams repeat the whole text in every event. A second text that begins with the first may be that, or
 * chance (`-`, `--`); it is held back until the third tells: one that does not begin with the second is a piece.
 */
export function createDeltaReader(): DeltaReader {
  let mode: 'first' | 'second' | 'third' | 'pieces' | 'whole' = 'first';
  let before = '';
  let first = '';
  const whole = (text: string): string => {
    // A text that does not go on from the last one is a correction that cannot be taken back any more.
    const added = text.startsWith(before) ? text.slice(before.length) : '';
    if (text.length > before.length) before = text;
    return added;
  };
  return {
    push(text) {
      if (text === '' || mode === 'pieces') return text;
      if (mode === 'whole') return whole(text);
      if (mode === 'first') {
        first = text;
        before = text;
        mode = 'second';
        return text;
      }
      if (mode === 'second') {
        if (!text.startsWith(first)) {
          mode = 'pieces';
          return text;
        }
        if (first.length >= TELLING_LENGTH) {
          mode = 'whole';
          return whole(text);
        }
        before = text;
        mode = 'third';
        return '';
      }
      const held = before;
      if (!text.startsWith(held)) {
        mode = 'pieces';
        return held + text;
      }
      mode = 'whole';
      before = first;
      return whole(text);
    },
    end() {
      if (mode !== 'third') return '';
      mode = 'pieces';
      // Two texts only: a word that the second begins with is no chance, a dash may be.
      return first.trim().length > 1 ? before.slice(first.length) : before;
    },
    plain() {
      return mode === 'pieces';
    },
  };
}
