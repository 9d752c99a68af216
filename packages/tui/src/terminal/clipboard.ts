/** Terminals take this much; longer texts are refused by some and cut by others. */
const LIMIT = 74_000;

/** Copies through the terminal itself (OSC 52), which works over SSH too. False when the text is too long for that. */
export function copyText(text: string, write: (sequence: string) => void): boolean {
  const encoded = Buffer.from(text, 'utf8').toString('base64');
  if (encoded.length > LIMIT) return false;
  write(`\u001b]52;c;${encoded}\u0007`);
  return true;
}
