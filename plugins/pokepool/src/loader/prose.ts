import { columnOf } from './fields.ts';
import type { Separated } from './separated.ts';

// Words with which a line of a shop's mail begins; none is taken for a user name when it stands like a sentence or label.
const OPENERS = new Set(
  `account accounts also amount attention best bonus cc cheers code codes contact contents copyright credentials currency customer date dear
  delivered delivery description details discord download email enjoy enquiries expires faq feedback file files find for
  format forwarded from gateway good greetings have hello help here hey hi how http https hurry id if important info instructions
  invoice ip item items kind kindly link mail message method name note notes notice number on once order paid password
  payment paypal phone please price product products purchase quantity questions quickly receipt refund regards remember
  reply review sent seller serial service shop sincerely skype so sold status stock store subject subtotal summary support
  team tel telegram terms fax mobile thank thanks thankyou the then there this time title to total transaction type update url user
  username value visit voucher warning warranty we web website welcome yes you your yours
  hallo guten danke grüße bonjour salut merci cordialement hola gracias saludos ciao salve grazie saluti olá obrigado groeten`.split(
    /\s+/,
  ),
);

const SCHEME = /(?:^|[\s(<["'])(?:https?|ftps?|wss?|file|tg|tel|steam|discord|skype|whatsapp|bitcoin|ssh|git)$/i;
const ADDRESS = /\s[<[(](?:mailto:)?[^\s<>@]+@[^\s<>@]+[>\])]$/;
const MAIL_FIELD = /^(?:from|to|cc|subject|date|sent|reply-to):\s/i;
const WORD = /^[("'“‘]*[\p{L}][\p{L}'’-]*[.,!?:;)"'”’…]*$/u;
const NUMBER = /^[#$€£(]?\d[\d.,:/-]*[%.,!?:;)]*$/;

const isOpener = (word: string): boolean => OPENERS.has(word.toLowerCase().replace(/[^\p{L}]/gu, ''));

const isSentence = (text: string): boolean =>
  text.split(/\s+/).every((word) => WORD.test(word) || NUMBER.test(word) || /^\W+$/.test(word));

/** A field of a mail's header, quoted inside another mail. */
export const isMailField = (text: string): boolean => MAIL_FIELD.test(text);

/** Text without a separator: more than one word, or one that greets or shouts. */
export const isProseText = (text: string): boolean =>
  /\s/.test(text) || /[!?.…]$/.test(text) || !/[\p{L}\p{N}]/u.test(text) || isOpener(text);

/** Something like an account in the middle of a sentence: to be told, not to be passed over. */
export const mayHideAccount = (text: string): boolean =>
  /(['"])[^'"\s]+\1\s*,\s*(['"])[^'"\s]+\2/.test(text) ||
  (/(?:^|\s)[\p{L}\p{N}._@-]{3,}[:;|](?!\/\/)(?=\S*\p{L})(?=\S*\p{N})[^\s:]{4,}/u.test(text) && !/\w+:\/\//.test(text)) ||
  // `Heron: Sky1blue` among notes as `Menge: 2`.
  (!isOpener(text.slice(0, text.indexOf(':'))) && /^\p{Lu}\p{Ll}+\s*:\s+(?=\S*\p{Ll})(?=\S*\p{N})[^\s:/@]{5,}$/u.test(text));

/** Two or three words of which one looks like a password: an account with a separator that is none. */
export function mayBeAccount(text: string): boolean {
  const words = text.split(/\s+/);
  const opens = isOpener(words[0] ?? '') && columnOf(words[0] ?? '') !== 'password';
  if (words.length < 2 || words.length > 3 || opens || /[.!?…]$/.test(text)) return false;
  return words.some((word) => /^[^\s]{5,}$/.test(word) && /\p{L}/u.test(word) && /\p{N}/u.test(word));
}

/** One word that could be a name under a letter, or the shop's on the web. */
export const isSignature = (text: string): boolean => /^\p{Lu}[\p{L}'’-]*$|^(?:[A-Za-z-]+\.)+[a-z]{2,10}$/u.test(text);

/**
 * Is a line with a separator still prose: `Hello, thanks for your purchase!`, `Order: 12345`, `https://shop.example`?
 * `context.prose`: other lines of the file are. `context.spaced`: most account lines have blanks at their separator.
 */
export function isProseLine(line: Separated, context: { readonly prose: boolean; readonly spaced: boolean }): boolean {
  const { username, rest, separator, spaced, provider, password } = line;
  if (provider !== undefined || password !== undefined) return false;
  if (separator === ':' && rest.startsWith('//') && SCHEME.test(username)) return true;
  const words = rest === '' ? 0 : rest.split(/\s+/).length;
  // `Von: Shop <shop@example.test>`, in any language.
  if (separator === ':' && words > 1 && ADDRESS.test(rest)) return true;
  if (/\s/.test(username)) {
    // A user name with a blank in it, close to a separator and one more word, is a fault to be told, not prose.
    const tight = !spaced && words === 1;
    return !tight || /^\p{Lu}/u.test(username) || (/\s\d{1,2}$/.test(username) && /^\d\d/.test(rest));
  }
  if (rest === '') return /^\p{Lu}?\p{Ll}*$/u.test(username) && (context.prose || isOpener(username));
  const opener = isOpener(username);
  if (words > 1) return (opener || (spaced && /^[\p{L}'’-]+$/u.test(username))) && (opener || isSentence(rest));
  if (opener) return spaced || context.prose || (separator === '\t' && /^\p{Lu}/u.test(username));
  // One capitalised word and one plain word or number, as `Stock: 15`, where accounts are written without blanks.
  return context.prose && spaced && !context.spaced && /^\p{Lu}\p{Ll}*$/u.test(username);
}
