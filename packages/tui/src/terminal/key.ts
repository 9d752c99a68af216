/** One key, as the rest of the program sees it. */
export interface Key {
  /**
   * A grapheme as typed (`j`, `G`, `é`), or a name: `enter`, `esc`, `tab`, `shift-tab`, `space`, `backspace`, `delete`, `insert`, `up`,
   * `down`, `left`, `right`, `home`, `end`, `pgup`, `pgdn`, `f1` to `f12`, `ctrl-x`, `paste`, `focus-in`, `focus-out`, `mouse`, `unknown`.
   */
  readonly name: string;
  /** What it types into a field; empty for keys that type nothing. A paste comes whole, with its line breaks. */
  readonly text: string;
  /** What the terminal says by itself or when asked: the whole sequence. */
  readonly reply?: string;
  /** With `mouse`: where, in cells from the upper left corner on, and what. */
  readonly mouse?: Mouse;
}

export interface Mouse {
  readonly does: 'press' | 'wheel-up' | 'wheel-down';
  readonly column: number;
  readonly row: number;
}

export const named = (name: string): Key => ({ name, text: '' });
export const typed = (text: string): Key => (text === ' ' ? { name: 'space', text } : { name: text, text });
