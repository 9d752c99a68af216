import { safeText, type AccountTaskContext } from '@muster/sdk';
import type { GroupChat } from 'whatsapp-web.js';
import { chatIdOf } from '../messages/chat-id.ts';
import type { CheckNumberInput, FetchMediaInput, ListChatsInput, ListInput } from '../inputs.ts';
import type { Account, Config } from '../schemas.ts';
import type { WhatsAppSession } from '../session-api.ts';

type Context<TInput> = AccountTaskContext<Config, Account, TInput>;

const holds = (text: string | undefined, ...values: readonly (string | undefined)[]): boolean =>
  text === undefined || values.some((value) => value?.toLowerCase().includes(text.toLowerCase()));

/** Chats as the page has them, the newest first. */
export async function listChats(ctx: Context<ListChatsInput>): Promise<unknown> {
  ctx.progress(0, 1);
  const { text, limit, groups } = ctx.input;
  const chats = (await ctx.session<WhatsAppSession>().client.getChats())
    .filter(({ isGroup }) => isGroup || !groups)
    .map((chat) => ({
      id: chat.id._serialized,
      name: safeText(chat.name, 200),
      group: chat.isGroup,
      unread: chat.unreadCount,
      at: chat.timestamp > 0 ? new Date(chat.timestamp * 1_000).toISOString() : null,
      members: groups ? membersOf(chat as GroupChat) : null,
      readOnly: chat.isReadOnly,
    }));
  ctx.progress(1, 1);
  const found = chats.filter(({ id, name }) => holds(text, id, name)).toSorted((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
  return { total: found.length, chats: found.slice(0, limit) };
}

const membersOf = ({ participants }: GroupChat): { readonly id: string; readonly admin: boolean }[] =>
  participants.map(({ id, isAdmin }) => ({ id: id._serialized, admin: isAdmin }));

/** The file of a message, on the host's machine. */
export async function fetchMedia(ctx: Context<FetchMediaInput>): Promise<unknown> {
  ctx.progress(0, 1);
  const { message, chat, mime, name, bytes, path } = await ctx.session<WhatsAppSession>().media.fetchNow(ctx.input.message);
  ctx.progress(1, 1);
  return { message, chat, mime, name, bytes, file: path };
}

export async function listContacts(ctx: Context<ListInput>): Promise<unknown> {
  ctx.progress(0, 1);
  const { text, limit } = ctx.input;
  const contacts = (await ctx.session<WhatsAppSession>().client.getContacts()).map((contact) => ({
    id: contact.id._serialized,
    name: safeText(contact.name ?? contact.pushname ?? '', 200),
    mine: contact.isMyContact,
  }));
  ctx.progress(1, 1);
  const found = contacts.filter(({ id, name }) => holds(text, id, name)).toSorted((a, b) => a.name.localeCompare(b.name));
  return { total: found.length, contacts: found.slice(0, limit) };
}

/** Whether a number is on WhatsApp. */
export async function checkNumber(ctx: Context<CheckNumberInput>): Promise<unknown> {
  ctx.progress(0, 1);
  const chat = chatIdOf(ctx.input.number);
  const known = await ctx.session<WhatsAppSession>().client.getNumberId(chat);
  ctx.progress(1, 1);
  return { chat, onWhatsApp: known !== null, id: known?._serialized ?? null };
}

/** Removes the link and the profile. */
export async function logOut(ctx: Context<unknown>): Promise<unknown> {
  ctx.progress(0, 1);
  await ctx.session<WhatsAppSession>().logOut();
  ctx.progress(1, 1);
  return { loggedOut: true };
}
