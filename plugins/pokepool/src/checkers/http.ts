import { MusterError, retryLater } from '@muster/sdk';
import { MAX_ANSWER, parseAnswer } from './answer.ts';
import type { Checker } from './checker.ts';

export interface HttpCheckerOptions {
  readonly url: string;
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
}

/** POSTs the account as JSON and reads a verdict. 429 and 5xx mean later (with `Retry-After` in seconds where it is given). */
export function createHttpChecker({ url, timeoutMs, fetch }: HttpCheckerOptions): Checker {
  const who = `The checker at ${new URL(url).origin}`;
  return {
    async check(subject, signal) {
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: 'application/json' },
          body: JSON.stringify(subject),
          // The account goes where the operator said, and nowhere else.
          redirect: 'manual',
          signal: AbortSignal.any([signal, timeout]),
        });
        if (response.status === 429 || response.status >= 500) {
          await response.body?.cancel();
          throw retryLater(`${who} answered ${response.status}.`, retryAfter(response.headers.get('retry-after')));
        }
        if (!response.ok) {
          await response.body?.cancel();
          throw new MusterError(
            'CHECK_FAILED',
            `${who} answered ${response.status}: it does not take this request. Look at checkUrl.`,
          );
        }
        return parseAnswer(await readText(response, who), who);
      } catch (thrown) {
        if (signal.aborted) throw signal.reason;
        if (thrown instanceof MusterError) throw thrown;
        if (timeout.aborted) throw retryLater(`${who} did not answer within ${timeoutMs} ms.`, { cause: thrown });
        throw retryLater(`${who} cannot be reached.`, { cause: thrown });
      }
    },
  };
}

async function readText(response: Response, who: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > MAX_ANSWER) throw new MusterError('CHECK_FAILED', `${who} answered more than ${MAX_ANSWER} characters.`);
  }
  return text;
}

/** `Retry-After` in seconds, at most an hour. */
function retryAfter(header: string | null): { readonly retryAfterMs?: number } {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: Math.min(seconds, 3_600) * 1_000 } : {};
}
