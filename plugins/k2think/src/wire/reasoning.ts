/** A model's text, its thinking taken apart from what it answers. */
export interface Split {
  readonly reasoning: string | undefined;
  readonly answer: string;
}

const DETAILS = /^\s*<details type="reasoning"[^>]*>(?:\s*<summary>[\s\S]*?<\/summary>)?([\s\S]*?)<\/details>/;
const unwrap = (text: string): string => /^\s*<answer>([\s\S]*?)(?:<\/answer>\s*)?$/.exec(text)?.[1] ?? text;

/**
 * `<think>…</think>answer`; only the closing tag (its last one counts); `<details type="reasoning">…</details>`; each with or
 * without `<answer>` around the answer. Thinking that was cut off before its closing tag stays where it is.
 */
export function splitReasoning(content: string): Split {
  const details = DETAILS.exec(content);
  if (details) return { reasoning: (details[1] ?? '').trim(), answer: unwrap(content.slice(details[0].length)).trimStart() };
  const end = content.lastIndexOf('</think>');
  if (end === -1) return { reasoning: undefined, answer: unwrap(content) };
  const reasoning = content
    .slice(0, end)
    .replace(/^\s*<think>/, '')
    .trim();
  return { reasoning, answer: unwrap(content.slice(end + '</think>'.length)).trimStart() };
}

/** What one piece of a stream adds to each. */
export interface Piece {
  readonly reasoning: string;
  readonly content: string;
}

/** The same for a text that comes in pieces, cut anywhere. */
export interface ReasoningSplitter {
  push(text: string): Piece;
  /** What was held back, in case it was the begin of a tag. */
  end(): Piece;
  /** Nothing but the answer will come, and nothing is held back: pieces may be passed on unseen. */
  plain(): boolean;
}

type State = 'start' | 'reasoning' | 'summary' | 'before-answer' | 'answer' | 'wrapped' | 'over';

const OPENINGS = ['<think>', '<details type="reasoning"', '<answer>'] as const;
const begins = (text: string, tags: readonly string[]): boolean => tags.some((tag) => tag.startsWith(text));
/** The length of the longest end of `text` that could be the begin of `tag`. */
const heldBack = (text: string, tag: string): number => {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (tag.startsWith(text.slice(-length))) return length;
  }
  return 0;
};

/** With `implied`, the text begins within the thinking, whose opening tag the service leaves out. */
export function createReasoningSplitter({ implied = false }: { readonly implied?: boolean } = {}): ReasoningSplitter {
  let state: State = 'start';
  let closing = '</think>';
  let held = '';
  let reasoning = '';
  let content = '';
  let fresh = true;

  const upTo = (tag: string, give: (text: string) => void, next: State): boolean => {
    const at = held.indexOf(tag);
    if (at === -1) {
      const keep = heldBack(held, tag);
      give(held.slice(0, held.length - keep));
      held = held.slice(held.length - keep);
      return false;
    }
    give(held.slice(0, at));
    held = held.slice(at + tag.length);
    state = next;
    return true;
  };
  const think = (text: string): void => {
    const shown = fresh ? text.trimStart() : text;
    if (shown !== '') fresh = false;
    reasoning += shown;
  };
  const open = (): boolean => {
    const text = held.trimStart();
    if (text.startsWith('<think>')) {
      held = text.slice('<think>'.length);
      state = 'reasoning';
      return true;
    }
    if (text.startsWith(OPENINGS[1])) {
      const end = text.indexOf('>');
      if (end === -1) return false;
      held = text.slice(end + 1);
      closing = '</details>';
      state = 'summary';
      return true;
    }
    if (text.startsWith('<answer>')) {
      held = text.slice('<answer>'.length);
      state = 'wrapped';
      return true;
    }
    if (begins(text, OPENINGS)) return false;
    state = implied ? 'reasoning' : 'answer';
    return true;
  };
  const step = (): boolean => {
    switch (state) {
      case 'start':
        return open();
      case 'summary': {
        const text = held.trimStart();
        if (begins(text, ['<summary>'])) return false;
        if (text.startsWith('<summary>')) {
          const end = text.indexOf('</summary>');
          if (end === -1) return false;
          held = text.slice(end + '</summary>'.length);
        }
        state = 'reasoning';
        return true;
      }
      case 'reasoning':
        return upTo(closing, think, 'before-answer');
      case 'before-answer': {
        held = held.trimStart();
        if (begins(held, ['<answer>'])) return false;
        if (held.startsWith('<answer>')) {
          held = held.slice('<answer>'.length);
          state = 'wrapped';
        } else state = 'answer';
        return true;
      }
      case 'wrapped':
        return upTo('</answer>', (text) => (content += text), 'over');
      case 'answer':
        content += held;
        held = '';
        return false;
      default:
        if (held.trim() !== '') content += held;
        held = '';
        return false;
    }
  };
  const take = (): Piece => {
    const piece = { reasoning, content };
    reasoning = '';
    content = '';
    return piece;
  };

  return {
    push(text) {
      held += text;
      while (step());
      return take();
    },
    end() {
      if (state === 'reasoning' || state === 'summary') think(held);
      else if (state !== 'over') content += held;
      held = '';
      return take();
    },
    plain() {
      return state === 'answer' && held === '';
    },
  };
}
