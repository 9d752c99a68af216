import { MusterError, type AccountTaskContext } from '@muster/sdk';
import type { SendMediaInput, SendPollInput, SendTextInput } from '../inputs.ts';
import type { NewMessage } from '../messages/outbox.ts';
import type { Account, Config } from '../schemas.ts';
import type { WhatsAppSession } from '../session-api.ts';

type Context<TInput> = AccountTaskContext<Config, Account, TInput>;

/** A task waits so long for its message to leave; then it ends, and the message stays in its queue. */
const WAIT_MS = 60_000;

export const sendText = (ctx: Context<SendTextInput>): Promise<unknown> =>
  send(ctx, { to: ctx.input.to, text: ctx.input.text, ...(ctx.input.key !== undefined && { key: ctx.input.key }) });

export const sendMedia = (ctx: Context<SendMediaInput>): Promise<unknown> => {
  const { to, file, caption, asDocument, key } = ctx.input;
  return send(ctx, {
    to,
    text: caption,
    attachment: { kind: 'media', path: file, asDocument },
    ...(key !== undefined && { key }),
  });
};

export const sendPoll = (ctx: Context<SendPollInput>): Promise<unknown> => {
  const { to, question, options, multiple, key } = ctx.input;
  return send(ctx, { to, text: question, attachment: { kind: 'poll', options, multiple }, ...(key !== undefined && { key }) });
};

/** Put into the queue once: a task that runs again finds its own message there. */
async function send<TInput>(ctx: Context<TInput>, message: NewMessage): Promise<unknown> {
  ctx.progress(0, 1);
  const { outbox } = ctx.session<WhatsAppSession>();
  const { key } = await outbox.add({ key: `task/${ctx.taskId}`, ...message });
  const { state, messageId, why, chat } = await outbox.settled(key, WAIT_MS, ctx.signal);
  if (state === 'failed' || state === 'expired' || state === 'cancelled')
    throw new MusterError('NOT_SENT', `The message to ${chat} was not sent: ${why ?? state}.`);
  if (state === 'uncertain')
    throw new MusterError(
      'SEND_UNCERTAIN',
      `The message to ${chat} may have been sent or not (${why ?? 'no answer'}): look at the phone before sending it again.`,
    );
  ctx.progress(1, 1, state);
  return { key, chat, messageId: messageId ?? null };
}
