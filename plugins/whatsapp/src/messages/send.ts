import { stat } from 'node:fs/promises';
import { MusterError } from '@muster/sdk';
import { loadLibrary, type GuardedClient } from '../client/guarded-client.ts';
import type { Outgoing } from './outgoing.ts';

/** WhatsApp's own limit for files, for documents it is higher; a file goes through the page as text. */
const MAX_FILE = 64 * 1_048_576;

const notSent = (message: string, cause?: unknown): MusterError =>
  new MusterError('NOT_SENT', message, cause === undefined ? {} : { cause });

/** As the page says it before anything leaves. */
const KNOWN_NOT_SENT = /No LID for user|wid error|invalid wid|Could not get the quoted message/i;

const LACKS = /Requiring unknown module "(\w+)"/;

/** Hands a message to the page; gives its id. NOT_SENT when it is sure that nothing went out. */
export async function sendMessage(client: GuardedClient, message: Outgoing): Promise<string> {
  const { MessageMedia, Poll } = await loadLibrary();
  const { chat, text, attachment } = message;
  const options = { sendSeen: false };
  let content: Parameters<GuardedClient['sendMessage']>[1] = text;
  if (attachment?.kind === 'media') {
    content = MessageMedia.fromFilePath(await readableFile(attachment.path));
    Object.assign(options, { caption: text === '' ? undefined : text, sendMediaAsDocument: attachment.asDocument });
  } else if (attachment?.kind === 'poll') {
    content = new Poll(text, [...attachment.options], { allowMultipleAnswers: attachment.multiple } as never);
  }
  try {
    const sent = (await client.sendMessage(chat, content, options)) as { id: { _serialized: string } } | null | undefined;
    if (!sent) throw notSent(`There is no chat ${chat}.`);
    return sent.id._serialized;
  } catch (error) {
    const said = String(error);
    if (KNOWN_NOT_SENT.test(said)) throw notSent(`${chat} is not on WhatsApp.`, error);
    // All modules are asked for before the message is handed over.
    const [, lacked] = LACKS.exec(said) ?? [];
    if (lacked !== undefined) throw notSent(`WhatsApp Web has changed: the page lacks module ${lacked}.`, error);
    throw error;
  }
}

async function readableFile(path: string): Promise<string> {
  const file = await stat(path).catch((error: unknown) => {
    throw notSent(`The file ${path} cannot be read; give the full path of one on the host's machine.`, error);
  });
  if (!file.isFile()) throw notSent(`${path} is no file.`);
  if (file.size > MAX_FILE) throw notSent(`${path} has ${file.size} bytes; at most ${MAX_FILE} can be sent.`);
  return path;
}
