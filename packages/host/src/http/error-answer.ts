import type { Redactor } from '@muster/core';
import { httpStatusOf, type MusterError } from '@muster/sdk';

/** An error as the API says it. Its cause and stack stay in the host. */
export function errorAnswer(error: MusterError, redactor: Redactor): Response {
  const { code, message, retryAfterMs, details } = error;
  const body = redactor.redact({
    error: { code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }), ...(details ? { details } : {}) },
  });
  const headers: Record<string, string> = {};
  if (retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(retryAfterMs / 1_000));
  if (code === 'UNAUTHORIZED') headers['www-authenticate'] = 'Bearer';
  return Response.json(body, { status: httpStatusOf(code), headers });
}
