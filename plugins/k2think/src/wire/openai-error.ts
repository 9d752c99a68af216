/** An error as OpenAI's clients read it. Fields beside theirs survive on `error.error`. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly code: string | null;
    readonly param: string | null;
    readonly accountId?: string;
    /** In ms. */
    readonly retryAfter?: number;
  };
}

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
};

export const errorType = (status: number): string => TYPES[status] ?? (status >= 500 ? 'server_error' : 'invalid_request_error');

export const errorBody = (
  status: number,
  facts: {
    readonly message: string;
    readonly type?: string | undefined;
    readonly code?: string | undefined;
    readonly param?: string | undefined;
    readonly accountId?: string | undefined;
    readonly retryAfter?: number | undefined;
  },
): ErrorBody => ({
  error: {
    message: facts.message,
    type: facts.type ?? errorType(status),
    code: facts.code ?? null,
    param: facts.param ?? null,
    ...(facts.accountId !== undefined && { accountId: facts.accountId }),
    ...(facts.retryAfter !== undefined && { retryAfter: facts.retryAfter }),
  },
});
