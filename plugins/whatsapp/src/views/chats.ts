import type { ViewContent, ViewContext } from '@muster/sdk';
import type { KeptChat, KeptMessage } from '../messages/history.ts';
import type { Account, Config } from '../schemas.ts';
import type { WhatsAppService } from '../service-api.ts';

const MOST = 200;
const ACKS = ['…', '✓', '✓✓', '✓✓ read', '✓✓ played'] as const;

/** The chats of a number; one of them, with a line to answer, when it is chosen. */
export default async function chats(context: ViewContext<Config, Account>): Promise<ViewContent> {
  const { account = '', params } = context;
  const { records } = await context.service<WhatsAppService>();
  const known = await records.chats.list({ group: account, newestFirst: true, limit: MOST });
  const choices = known.map(({ data }) => ({
    title: data.unread > 0 ? `${data.name} (${data.unread})` : data.name,
    params: { chat: data.chat },
  }));
  const chat = params['chat'];
  if (chat === undefined) return { sections: [listOf(known.map(({ data, at }) => ({ ...data, at })))], choices };
  const messages = await records.messages.list({ group: `${account}/${chat}`, newestFirst: true, limit: MOST });
  const name = known.find(({ data }) => data.chat === chat)?.data.name ?? chat;
  return {
    sections: [{ kind: 'log', title: name, lines: messages.toReversed().map(({ data, at }) => lineOf(data, { at, name })) }],
    say: { label: `To ${name}`, action: 'send-text', field: 'text', input: { to: chat } },
    choices,
  };
}

const listOf = (known: readonly (KeptChat & { readonly at: number })[]): ViewContent['sections'][number] => ({
  kind: 'table',
  title: 'Chats',
  columns: [
    { key: 'name', title: 'Name' },
    { key: 'chat', title: 'Chat' },
    { key: 'unread', title: 'New', align: 'right' },
    { key: 'at', title: 'Last (UTC)' },
    { key: 'last', title: 'Message' },
  ],
  rows: known.map(({ name, chat, unread, at, last }) => ({
    name,
    chat,
    unread: unread === 0 ? null : unread,
    at: new Date(at).toISOString().slice(0, 16).replace('T', ' '),
    last,
  })),
});

function lineOf(message: KeptMessage, { at, name }: { readonly at: number; readonly name: string }) {
  const text = message.text === '' ? `[${message.type}]` : message.text;
  if (!message.fromMe) return { at, from: message.author ?? name, text };
  const ack = message.ack < 0 ? 'not taken' : (ACKS[message.ack] ?? '');
  return { at, from: 'me', text: `${text}  ${ack}`, tone: message.ack < 0 ? ('bad' as const) : ('dim' as const) };
}
