import type { HttpContext } from '@muster/sdk';
import { accountOf } from '../account-of.ts';
import type { Account, Config } from '../schemas.ts';
import type { WhatsAppSession } from '../session-api.ts';
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
