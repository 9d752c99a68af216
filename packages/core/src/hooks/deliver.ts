import { toMusterError } from '@muster/sdk';
import type { Redactor } from '../events/events.ts';
import type { Clock } from '../ports/clock.ts';
import { openText, sealText } from '../vault/sealed-text.ts';
import type { Vault } from '../vault/vault.ts';
import type { DeliveryRecord, HookRecord } from './hook-record.ts';
import { wholeTarget } from './hook-target.ts';
import { sendCommand } from './send-command.ts';
import { sendMail } from './send-mail.ts';
import { sendWebhook } from './send-webhook.ts';

export interface DeliverDeps {
  readonly vault: Vault;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
}

/** No plugin's id holds a slash. */
const boundTo = (id: string) => ({ provider: 'core/hooks', about: `the hook ${id}` });

export const sealHookSecret = (vault: Vault, id: string, secret: string): string => sealText(vault, secret, boundTo(id));

/** Sends one delivery once. Gives what came of it; rejects when it did not arrive, VAULT_LOCKED when it could not even be sent. */
export async function deliver(
  { vault, redactor, clock, fetch }: DeliverDeps,
  { hook, delivery }: { readonly hook: HookRecord; readonly delivery: DeliveryRecord },
  signal: AbortSignal,
): Promise<string> {
  const secret = hook.secret === null ? null : openText(vault, hook.secret, boundTo(hook.id));
  if (secret !== null) redactor.add(secret);
  const { id, type } = delivery;
  const body = JSON.stringify(delivery.body);
  const target = wholeTarget({ vault, redactor }, hook);
  switch (target.kind) {
    case 'webhook':
      return sendWebhook(
        fetch,
        { url: target.url, id, type, body, key: secret, sentAt: Math.floor(clock.now() / 1_000) },
        signal,
      );
    case 'command':
      return sendCommand(clock, { command: target.command, id, type, body }, signal);
    default: {
      const text = `${delivery.message}\n\n${JSON.stringify(delivery.body, null, 2)}\n`;
      return sendMail({ target, password: secret, subject: `muster: ${delivery.message}`, text, id });
    }
  }
}

/** Why it did not arrive, in words. */
export function failureText(thrown: unknown): string {
  const { code, message, cause } = toMusterError(thrown);
  if (code !== 'INTERNAL') return message;
  const inner = cause instanceof Error && cause.cause instanceof Error ? `: ${cause.cause.message}` : '';
  return message + inner;
}
