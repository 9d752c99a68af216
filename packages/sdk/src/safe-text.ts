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
