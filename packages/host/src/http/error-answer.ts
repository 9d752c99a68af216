import type { Redactor } from '@muster/core';
import { httpStatusOf, type HttpPart, type MusterError } from '@muster/sdk';

/** An error as the API says it, or as `refusal` of a plugin does. Its cause and stack stay in the host. */
export function errorAnswer(error: MusterError, redactor: Redactor, refusal?: HttpPart['refusal']): Response {
  const { code, message, retryAfterMs, details } = error;
  const status = httpStatusOf(code);
  const body = redactor.redact(
    refusal?.({ code, message, status }) ?? {
      error: { code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }), ...(details ? { details } : {}) },
    },
  );
  const headers: Record<string, string> = {};
  if (retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(retryAfterMs / 1_000));
  if (code === 'UNAUTHORIZED') headers['www-authenticate'] = 'Bearer';
  return Response.json(body, { status, headers });
}
