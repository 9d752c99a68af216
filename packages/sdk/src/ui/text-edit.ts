import { splitGraphemes } from './measure.ts';

/** A line of text being edited. `cursor` counts graphemes from the start. */
export interface TextEdit {
  readonly text: string;
  readonly cursor: number;
  /** The whole text is selected: what is typed next takes its place. */
  readonly selected?: true;
}

/** A key as an editor sees it: `text` is what it types, empty for keys that type nothing. */
export interface EditKey {
  readonly name: string;
  readonly text: string;
}

export const editOf = (text: string): TextEdit => ({ text, cursor: splitGraphemes(text).length });

/** A text to be edited or, by typing at once, replaced. */
export const editAll = (text: string): TextEdit => (text === '' ? editOf(text) : { ...editOf(text), selected: true });

/** The text after a key, or `undefined` when the key is none of an editor's. */
export function edit({ selected, ...state }: TextEdit, key: EditKey): TextEdit | undefined {
  const replaces = selected === true && (key.text !== '' || key.name === 'backspace' || key.name === 'delete');
  if (replaces) return editOne(editOf(''), key);
  return editOne(state, key) ?? (selected === true ? state : undefined);
}

function editOne(state: TextEdit, key: EditKey): TextEdit | undefined {
  const parts = splitGraphemes(state.text);
  const { cursor } = state;
  const put = (before: readonly string[], after: readonly string[]): TextEdit => ({
    text: [...before, ...after].join(''),
    cursor: before.length,
  });
  switch (key.name) {
    case 'left':
      return { ...state, cursor: Math.max(0, cursor - 1) };
    case 'right':
      return { ...state, cursor: Math.min(parts.length, cursor + 1) };
    case 'home':
      return { ...state, cursor: 0 };
    case 'end':
      return { ...state, cursor: parts.length };
    case 'backspace':
      return put(parts.slice(0, Math.max(0, cursor - 1)), parts.slice(cursor));
    case 'delete':
      return put(parts.slice(0, cursor), parts.slice(cursor + 1));
    case 'ctrl-u':
      return put([], parts.slice(cursor));
    case 'ctrl-w': {
      const kept = parts
        .slice(0, cursor)
        .join('')
        .replace(/\S+\s*$/u, '');
      return put(splitGraphemes(kept), parts.slice(cursor));
    }
    default: {
      // A paste of several lines into one line: the breaks become spaces.
      const typed = key.text.replace(/[\r\n\t]+/g, ' ');
      if (typed === '') return undefined;
      return put([...parts.slice(0, cursor), ...splitGraphemes(typed)], parts.slice(cursor));
    }
  }
}
