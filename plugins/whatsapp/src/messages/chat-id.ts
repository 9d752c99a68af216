import { MusterError } from '@muster/sdk';

const ID = /^[\w.-]{3,80}@(?:c\.us|g\.us|lid|newsletter|broadcast)$/;
const NUMBER = /^[1-9]\d{5,14}$/;

/** A number as people write it, or a chat's id, as a chat's id: `@c.us` is added where there is none. BAD_INPUT otherwise. */
export function chatIdOf(to: string): string {
  const text = to.trim();
  if (ID.test(text)) return text;
  const digits = text.replace(/[\s()+.-]/g, '').replace(/^00/, '');
  if (NUMBER.test(digits)) return `${digits}@c.us`;
  throw new MusterError(
    'BAD_INPUT',
    `“${text.slice(0, 60)}” is no number with its country code, as +966500000001, and no id of a chat, as 966500000001@c.us.`,
  );
}

/** The number of a person's chat; undefined for a group. */
export const numberOf = (chatId: string): string | undefined => /^(\d+)@c\.us$/.exec(chatId)?.[1];
