import { headerOf, type Headers } from '../wire/retry-after.ts';

/** Of an answer that is handed on: whose it is, and what may still be asked. */
export function headersOfAnswer(answer: {
  readonly type: string;
  readonly accountId: string;
  readonly attempts: number;
  readonly limits: Readonly<Record<string, string>>;
  /** What came with it. */
  readonly service: Headers;
}): Record<string, string> {
  const { type, accountId, attempts, limits, service } = answer;
  const own: Record<string, string> = {
    ...limits,
    'content-type': type,
    'x-muster-account-id': accountId,
    'x-muster-attempts': String(attempts),
  };
  // What the service says is of this account alone: under a name of its own.
  for (const name in service)
    if (name.startsWith('x-ratelimit-')) own[`x-muster-service-${name.slice(2)}`] = headerOf(service, name) ?? '';
  return own;
}
