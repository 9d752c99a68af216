import type { ErrorBody } from './types.ts';

/** What a host answered instead of a result, or that none answered (`HOST_GONE`). The codes are those of the host. */
export class ApiError extends Error {
  readonly code: string;
  readonly retryAfterMs: number | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: string,
    message: string,
    options: ErrorOptions & {
      readonly retryAfterMs?: number | undefined;
      readonly details?: Record<string, unknown> | undefined;
    } = {},
  ) {
    super(message, options);
    this.name = 'ApiError';
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details;
  }
}

const isErrorBody = (value: unknown): value is ErrorBody => {
  const error = (value as { error?: { code?: unknown; message?: unknown } } | null)?.error;
  return typeof error?.code === 'string' && typeof error.message === 'string';
};

/** The error an answer with a status of 400 or above stands for. */
export async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  if (isErrorBody(body)) return new ApiError(body.error.code, body.error.message, body.error);
  return new ApiError('INTERNAL', `Something that is not a muster host answered with status ${response.status}.`);
}

/** Any failure of the way to the host: stopped by the caller, or no host. */
export function connectionError(thrown: unknown, signal: AbortSignal | undefined): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (signal?.aborted === true) return new ApiError('ABORTED', 'The call was stopped.', { cause: thrown });
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiError('HOST_GONE', `No host answers (${why}). Start one with \`muster serve\`.`, { cause: thrown });
}
