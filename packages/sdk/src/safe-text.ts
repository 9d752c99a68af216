// Controls, invisible formats (bidirectional, zero-width, tags), line and paragraph separators.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Text from outside as it may be shown on one line of a terminal: line breaks and tabs become a space, anything else that
 * could steer the terminal or hide becomes `�`, and what is longer than `maxLength` UTF-16 units is cut with `…`.
 */
export function safeText(text: string, maxLength = 2_000): string {
  const short = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return short
    .replace(/[\t\n\r]+/g, ' ')
    .replace(UNSAFE, '\ufffd')
    .toWellFormed();
}

/** What JSON leaves as it is of these. */
const UNSAFE_IN_JSON = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;
const escaped = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');

/** JSON text with every control and invisible character escaped: it can be shown on a terminal, and reads back the same. */
export const safeJson = (json: string): string => json.replace(UNSAFE_IN_JSON, escaped);
