import { MusterError, type PluginTaskContext } from '@muster/sdk';
import { serveCall } from '../gateway/serve-call.ts';
import { webReply } from '../gateway/web-reply.ts';
import type { Account, Config, TestInput } from '../schemas.ts';
import { findFigure, type K2ThinkService } from '../service.ts';

interface Answer {
  readonly choices?: readonly { readonly message?: { readonly content?: string } }[];
  readonly error?: { readonly message: string; readonly code: string | null; readonly retryAfter?: number };
}

/** One question to one account, through the rotation: it counts like any other request. */
export async function test(
  ctx: PluginTaskContext<Config, Account, TestInput>,
): Promise<{ readonly account: string; readonly answer: string; readonly durationMs: number }> {
  const { account: reference, prompt, model } = ctx.input;
  const service = await ctx.service<K2ThinkService>();
  const { id, label } = findFigure(service, reference);
  const others = new Set(service.rotation.figures().flatMap((figure) => (figure.id === id ? [] : [figure.id])));
  ctx.progress(0, 1, `asking ${label}`);
  const body = Buffer.from(JSON.stringify({ model, messages: [{ role: 'user', content: prompt }] }));
  const startedAt = ctx.now();
  const { reply, response } = webReply(`test-${ctx.taskId}`, ctx.signal);
  const only = { ...service, config: () => ({ ...service.config(), maxRetries: 0, maxWaitMs: 0 }), except: others };
  await serveCall(only, { body, model, stream: false, withUsage: false, tokens: body.length }, reply);
  ctx.signal.throwIfAborted();
  const answered = await response;
  const value = (await answered.json()) as Answer;
  if (value.error) {
    const { message, code, retryAfter } = value.error;
    const passing = answered.status === 429 || answered.status >= 500;
    throw new MusterError(code ?? 'SERVICE_ERROR', `${label}: ${message}`, {
      remedy: passing ? 'retry' : 'fail',
      ...(retryAfter !== undefined && { retryAfterMs: retryAfter }),
    });
  }
  ctx.progress(1, 1, 'it answered');
  return { account: id, answer: value.choices?.[0]?.message?.content ?? '', durationMs: ctx.now() - startedAt };
}
