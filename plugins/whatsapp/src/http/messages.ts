import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { HttpContext } from '@muster/sdk';
import { accountOf } from '../account-of.ts';
import type { Account, Config } from '../schemas.ts';
import type { WhatsAppSession } from '../session-api.ts';
import { baseMime, MediaFiles, mediaFolder } from '../messages/media-files.ts';
import type { WhatsAppService } from '../service-api.ts';
import { answer, answered, bodyOf, refusal } from './answers.ts';

const MAX_TEXT = 65_536;
/** A caller waits so long for the message to leave; later it stays in the queue, and the answer says so. */
const WAIT_MS = 30_000;

export const sendText = (request: Request, context: HttpContext<Config, Account>): Promise<Response> =>
  answered(async () => {
    const body = await bodyOf(request);
    if (!body) return refusal(400, 'The body must be JSON: {"clientId": "shop-1", "phone": "966500000001", "message": "…"}');
    const { clientId = 'default', phone, message, key } = body;
    if (typeof clientId !== 'string') return refusal(400, 'clientId must be a text');
    if ((typeof phone !== 'string' && typeof phone !== 'number') || phone === '') return refusal(400, 'phone is required');
    if (typeof message !== 'string' || message === '') return refusal(400, 'message is required');
    if (message.length > MAX_TEXT) return refusal(400, `message: at most ${MAX_TEXT} characters`);
    if (key !== undefined && (typeof key !== 'string' || key === '' || key.length > 200))
      return refusal(400, 'key: a text of at most 200 characters');
    const account = await accountOf(context.accounts, clientId);
    if (!account || !context.sessions.get(account.id)) return refusal(404, `There is no session ${clientId}`);
    const { outbox } = context.sessions.live<WhatsAppSession>(account.id);
    const added = await outbox.add({ to: String(phone), text: message, ...(key !== undefined && { key: `http/${key}` }) });
    const { state, messageId, why } = await outbox.settled(added.key, WAIT_MS, context.signal);
    const told = { clientId, key: added.key, to: added.chat, state, messageId: messageId ?? null };
    if (state === 'failed' || state === 'expired' || state === 'cancelled')
      return refusal(422, `not sent: ${why ?? state}`, told);
    if (state === 'uncertain') return refusal(502, `it may have been sent or not: ${why ?? 'no answer'}`, told);
    // Accepted: it waits until the session is ready again.
    return answer(told, state === 'queued' || state === 'sending' ? 202 : 200);
  });

/** Shown by a browser as what they are; anything else is only to be saved. */
const SHOWN = /^(?:image\/(?:jpeg|png|gif|webp)|video\/mp4|audio\/(?:ogg|mpeg|mp4|aac)|application\/pdf)$/;

/** The file that came with a message, once it is kept. */
export const media = (_request: Request, context: HttpContext<Config, Account>): Promise<Response> =>
  answered(async () => {
    const { clientId = '', messageId = '' } = context.params;
    const account = await accountOf(context.accounts, clientId);
    const { records, directory } = await context.service<WhatsAppService>();
    const kept = account && (await records.media.get(`${account.id}/${messageId}`))?.data;
    if (!kept) return refusal(404, `There is no message with a file of that id in ${clientId}`);
    if (kept.state !== 'saved' || kept.file === null)
      return refusal(404, `The file is not kept (${kept.state}${kept.why === undefined ? '' : `: ${kept.why}`})`, {
        state: kept.state,
      });
    const path = new MediaFiles(mediaFolder(directory, clientId)).path(kept.file);
    const file = await open(path).catch(() => undefined);
    if (!file) return refusal(404, 'The file is not there any more', { state: 'removed' });
    const mime = baseMime(kept.mime);
    // Closed at its end, or when the caller goes.
    const { size } = await file.stat();
    const body: ReadableStream<Uint8Array> = Readable.toWeb(file.createReadStream());
    return new Response(body as BodyInit, {
      headers: {
        'content-length': String(size),
        'content-type': SHOWN.test(mime) ? mime : 'application/octet-stream',
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent((kept.name ?? kept.file).toWellFormed())}`,
        // A picture that holds a page must not run as one of ours.
        'content-security-policy': 'sandbox',
      },
    });
  });
