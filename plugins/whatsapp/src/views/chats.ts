import type { StoredRecord, ViewContent, ViewContext } from '@muster/sdk';
import type { KeptChat, KeptMessage } from '../messages/history.ts';
import type { KeptMedia, MediaState } from '../messages/media.ts';
import type { Vote } from '../messages/votes.ts';
import type { Account, Config } from '../schemas.ts';
import type { WhatsAppService } from '../service-api.ts';

const MOST = 200;
const ACKS = ['…', '✓', '✓✓', '✓✓ read', '✓✓ played'] as const;

/** The chats of a number; one of them, with a line to answer, when it is chosen. */
export default async function chats(context: ViewContext<Config, Account>): Promise<ViewContent> {
  const { account = '', params } = context;
  const { records, votes } = await context.service<WhatsAppService>();
  const known = await records.chats.list({ group: account, newestFirst: true, limit: MOST });
  const choices = known.map(({ data }) => ({
    title: data.unread > 0 ? `${nameOf(data)} (${data.unread})` : nameOf(data),
    params: { chat: data.chat },
  }));
  const chat = params['chat'];
  if (chat === undefined) return { sections: [listOf(known, context.now())], choices };
  const messages = await records.messages.list({ group: `${account}/${chat}`, newestFirst: true, limit: MOST });
  const entry = known.find(({ data }) => data.chat === chat);
  const name = entry ? nameOf(entry.data) : chat;
  const lines = await Promise.all(
    messages.toReversed().map(async ({ key, data, at }) => {
      const media = data.media && (await records.media.get(key))?.data;
      const poll = data.options ? tally(data.options, await votes.of(account, data.id)) : '';
      return lineOf(data, { at, name, more: [media ? fileLine(media) : '', poll] });
    }),
  );
  return {
    sections: [{ kind: 'log', title: name, lines }],
    say: { label: `To ${name}`, action: 'send-text', field: 'text', input: { to: chat } },
    choices,
  };
}

/** A person who has no name yet by the number. */
const nameOf = ({ name, chat }: KeptChat): string => (name === chat ? chat.replace(/^(\d+)@c\.us$/, '+$1') : name);

/** The time of today, else the day. */
const whenOf = (at: number, now: number): string => {
  const [day = '', time = ''] = new Date(at).toISOString().split('T');
  return day === new Date(now).toISOString().slice(0, 10) ? time.slice(0, 5) : day;
};

const listOf = (known: readonly StoredRecord<KeptChat>[], now: number): ViewContent['sections'][number] => ({
  kind: 'table',
  title: 'Chats',
  columns: [
    { key: 'name', title: 'Name' },
    { key: 'unread', title: 'New', align: 'right' },
    { key: 'at', title: 'Last (UTC)' },
    { key: 'last', title: 'Message' },
    { key: 'chat', title: 'Chat' },
  ],
  rows: known.map(({ data, at }) => ({
    name: nameOf(data),
    chat: data.chat,
    unread: data.unread === 0 ? null : data.unread,
    at: whenOf(at, now),
    last: data.last,
  })),
});

interface LineFacts {
  readonly at: number;
  /** Of the chat. */
  readonly name: string;
  /** Of its file and its votes. */
  readonly more: readonly string[];
}

function lineOf(message: KeptMessage, { at, name, more }: LineFacts) {
  const said = [message.text, ...more].filter((part) => part !== '').join('  ');
  const text = said === '' ? `[${message.type}]` : said;
  if (!message.fromMe) return { at, from: message.author === null ? name : writerOf(message), text };
  const ack = message.ack < 0 ? 'not taken' : (ACKS[message.ack] ?? '');
  return { at, from: 'me', text: `${text}  ${ack}`, tone: message.ack < 0 ? ('bad' as const) : ('dim' as const) };
}

/** In a group: by the own name where it is told, with the number, for names are chosen freely. */
const writerOf = ({ author, name }: KeptMessage): string => {
  const number = author?.split('@')[0] ?? '';
  return name === undefined || name === number ? number : `${name} ${number}`;
};

const sizeOf = (bytes: number): string =>
  bytes >= 1_048_576 ? `${(bytes / 1_048_576).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1_024))} kB`;

const WORDS: Readonly<Record<MediaState, string>> = {
  waiting: 'being fetched',
  saved: '',
  'too-large': 'not fetched: too large',
  'not-fetched': 'not fetched',
  failed: 'could not be fetched',
  removed: 'removed',
};

const FETCHABLE: ReadonlySet<MediaState> = new Set(['too-large', 'not-fetched', 'failed']);

function fileLine({ name, mime, bytes, state, file, message }: KeptMedia): string {
  const what = name ?? mime;
  const how = FETCHABLE.has(state) ? `; fetch-media --message ${message}` : '';
  const where = state === 'saved' ? (file ?? '') : `${WORDS[state]}${how}`;
  return `[${what}, ${sizeOf(bytes)}${where === '' ? '' : `: ${where}`}]`;
}

function tally(options: readonly string[], votes: readonly Vote[]): string {
  const counted = options.map((option) => `${option} ${votes.filter((vote) => vote.options.includes(option)).length}`);
  return `[poll: ${counted.join(', ')}]`;
}
