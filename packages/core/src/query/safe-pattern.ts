/** A pattern is tried on this many UTF-16 units of a text and no more. */
export const PATTERN_REACH = 200;
const MAX_LENGTH = 200;
const MAX_UNBOUNDED = 3;
/** The product of what bounded repetitions can choose from. */
const MAX_CHOICES = 64;

const QUANTIFIER = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/;

interface Group {
  /** It can match one text in more than one way, so repeating it could take exponential time. */
  varies: boolean;
}

/** How many repetitions a quantifier can choose from. */
const choicesOf = (quantifier: RegExpExecArray): number => {
  const [, sign, least, comma, most] = quantifier;
  if (sign !== undefined) return sign === '?' ? 2 : Infinity;
  if (comma === undefined) return 1;
  return most ? Math.max(1, Number(most) - Number(least) + 1) : Infinity;
};

const repeatsTooOften = (quantifier: RegExpExecArray): boolean =>
  [quantifier[2], quantifier[4]].some((count) => Number(count || 0) > PATTERN_REACH);

/** The length of what stands at the start of `rest` and is one character: an escape, a class, or itself. */
const characterLength = (rest: string): number => {
  if (rest[0] === '\\') return /^\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|.)/su.exec(rest)?.[0].length ?? 1;
  if (rest[0] === '[') return /^\[(?:\\.|[^\]\\])*\]/s.exec(rest)?.[0].length ?? 1;
  return 1;
};

/**
 * Why the pattern is refused, or undefined. JavaScript's expressions backtrack: a repeated group that varies takes
 * exponential time, and each further unbounded repetition one more power of the text's length. What is let through ends
 * soon on PATTERN_REACH characters, whatever they are.
 */
export const patternFault = (pattern: string): string | undefined => {
  if (pattern.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH} characters`;
  try {
    void new RegExp(pattern, 'iu');
  } catch (error) {
    return (error as Error).message.replace(/^Invalid regular expression: /, '');
  }
  if (/\\[1-9k]/.test(pattern.replaceAll('\\\\', ''))) return 'it refers back to a group, which can take very long';
  if (/\(\?(?:[=!]|<[=!])/.test(pattern)) return 'it looks ahead or behind, which can take very long';
  return repetitionFault(pattern);
};

const repetitionFault = (pattern: string): string | undefined => {
  const open: Group[] = [{ varies: false }];
  let unbounded = 0;
  let choices = 1;
  for (let at = 0; at < pattern.length;) {
    const rest = pattern.slice(at);
    const inner = open.at(-1) as Group;
    let closed: Group | undefined;
    if (rest[0] === '(') {
      open.push({ varies: false });
      at += /^\((?:\?(?:<[^>]*>|[^:)]*:))?/.exec(rest)?.[0].length ?? 1;
      continue;
    }
    if (rest[0] === ')') closed = open.pop();
    if (rest[0] === '|') inner.varies = true;
    at += characterLength(rest);
    const outer = open.at(-1) as Group;
    if (closed?.varies) outer.varies = true;
    const quantifier = QUANTIFIER.exec(pattern.slice(at));
    if (!quantifier) continue;
    at += quantifier[0].length;
    const choice = choicesOf(quantifier);
    if (closed?.varies && quantifier[0] !== '?') return 'it repeats a group that itself repeats or has alternatives';
    if (repeatsTooOften(quantifier)) return `it repeats more than ${PATTERN_REACH} times`;
    if (choice === 1) continue;
    outer.varies = true;
    if (choice === Infinity) unbounded += 1;
    else choices *= choice;
  }
  if (unbounded > MAX_UNBOUNDED) return `it has more than ${MAX_UNBOUNDED} unbounded repetitions`;
  if (choices > MAX_CHOICES) return 'it has too many optional parts';
  return undefined;
};
