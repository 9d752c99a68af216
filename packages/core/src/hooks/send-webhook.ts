import { createHmac } from 'node:crypto';
import { MusterError } from '@muster/sdk';

const TIMEOUT_MS = 15_000;

export interface WebhookMessage {
  readonly url: string;
  readonly id: string;
  readonly type: string;
  readonly body: string;
  /** Of the signature. */
  readonly key: string | null;
  /** Seconds since the epoch. */
  readonly sentAt: number;
}

/** `t=<seconds>,v1=<hex>`: HMAC-SHA256 over `<seconds>.<body>`, so that an old message cannot be sent again as a new one. */
const signatureOf = (key: string, sentAt: number, body: string): string =>
  `t=${sentAt},v1=${createHmac('sha256', key).update(`${sentAt}.${body}`).digest('hex')}`;

/** Gives what the receiver answered. Rejects for all but 2xx; redirections are not followed, as they would take the message elsewhere. */
export async function sendWebhook(fetch: typeof globalThis.fetch, message: WebhookMessage, signal: AbortSignal): Promise<string> {
  const { url, id, type, body, key, sentAt } = message;
  const response = await fetch(url, {
    method: 'POST',
    body,
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    headers: {
      'content-type': 'application/json',
      'user-agent': 'muster',
      'muster-event': type,
      'muster-delivery': id,
      ...(key !== null && { 'muster-signature': signatureOf(key, sentAt, body) }),
    },
  });
  await response.body?.cancel();
  if (response.status >= 200 && response.status < 300) return `answered ${response.status}`;
  throw new MusterError('RETRY_LATER', `it answered ${response.status}`);
}
