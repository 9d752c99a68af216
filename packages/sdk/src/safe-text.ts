// C0 and C1 controls, DEL, line and paragraph separators, bidirectional controls, zero-width and other invisible formats.
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** Text from outside as it may be shown on one line of a terminal: what could steer it is shown as `�`, and length is capped. */
export function safeText(text: string, maxLength = 2_000): string {
  const short = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return short
    .replace(/[\t\n\r]+/g, ' ')
    .replace(UNSAFE, '\ufffd')
    .toWellFormed();
}
