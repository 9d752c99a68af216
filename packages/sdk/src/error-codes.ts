interface CodeFacts {
  /** HTTP status of an answer with this code. */
  readonly http: number;
  /** Exit code of the command line. */
  readonly exit: number;
  readonly meaning: string;
}

const code = (http: number, exit: number, meaning: string): CodeFacts => ({ http, exit, meaning });

/** Every code muster itself gives, never reused for another meaning. HTTP and exit codes are derived from here. */
export const ERROR_CODES = {
  INTERNAL: code(500, 1, 'A defect in muster or a plugin.'),
  ABORTED: code(499, 130, 'Stopped before it was done.'),
  BAD_INPUT: code(422, 2, 'A value does not fit its schema; the message names the field.'),
  BAD_FILTER: code(400, 2, 'The filter cannot be understood; the message points at the place.'),
  BAD_REQUEST: code(400, 2, 'The request is malformed.'),
  NOT_FOUND: code(404, 1, 'There is no such thing.'),
  CONFLICT: code(409, 1, 'It exists already, or changed in between.'),
  UNAUTHORIZED: code(401, 1, 'No token, or one that is not known.'),
  FORBIDDEN: code(403, 1, 'The token does not reach so far, or the origin is foreign.'),
  WRONG_HOST: code(421, 1, 'The Host header names another machine.'),
  TOO_LARGE: code(413, 2, 'More than the limit.'),
  WRONG_TYPE: code(415, 2, 'The content-type is not the one this operation takes.'),
  UNAVAILABLE: code(503, 1, 'The host is starting or stopping.'),
  HOST_RUNS: code(409, 1, 'Another host owns the data directory.'),
  HOST_GONE: code(503, 1, 'No host answers.'),
  NOTHING_AVAILABLE: code(409, 4, 'No account can be had now; retryAfterMs says when.'),
  SESSION_LIMIT: code(409, 4, 'So many sessions are open that one more is not allowed; the message names the limit.'),
  SESSION_NOT_READY: code(409, 4, 'The account has no session that is ready.'),
  LEASE_LOST: code(409, 1, 'The lease ended or went to another holder.'),
  ACCOUNT_BUSY: code(409, 1, 'Another holder has the account.'),
  ACCOUNT_STATE: code(409, 1, 'The account is in a state that the action cannot start from; the message says which.'),
  RETRY_LATER: code(503, 3, 'Something passing is in the way.'),
  ACCOUNT_RESTS: code(429, 3, 'The account was asked to slow down.'),
  PROXY_FAULT: code(502, 3, 'The proxy failed.'),
  INTERRUPTED: code(500, 3, 'The host ended in the middle of the task; what it did is not known.'),
  PROMPT_EXPIRED: code(408, 5, 'Nobody answered in time.'),
  PROMPT_UNATTENDED: code(409, 5, 'A question waits and nobody is there to answer.'),
  NO_BROWSER: code(503, 1, 'No browser can be started; the message says how to get one.'),
  PLUGIN_BROKEN: code(500, 1, 'The plugin could not be loaded; the message says why.'),
  PLUGIN_INCOMPATIBLE: code(409, 1, 'The plugin wants another version of muster.'),
  STORE_CORRUPT: code(500, 1, 'The store is damaged; the message says where and what was saved.'),
  STORE_FAILED: code(507, 1, 'A write failed; the store is read-only until the cause is mended.'),
  STORE_CONFLICT: code(409, 1, 'A transaction met a document in another state.'),
  STORE_VERSION: code(500, 1, 'The store was written by a newer muster.'),
  DATA_DIR: code(500, 1, 'The data directory cannot be used; the message says why.'),
  VAULT_LOCKED: code(423, 1, 'The vault is locked, or the key does not open it.'),
  VAULT_NO_KEY: code(423, 1, 'There is no key; the message says where one is looked for.'),
  VAULT_WEAK_KEY: code(400, 1, 'A default, dictionary-like or low-entropy key.'),
  VAULT_KEY_FILE: code(400, 1, 'The key file is not fit: not regular, foreign, or open to others.'),
  VAULT_KEY_FORMAT: code(400, 1, 'The key is not 32 bytes in hex or base64.'),
  VAULT_KDF: code(400, 1, 'Key derivation parameters out of bounds.'),
  VAULT_FORMAT: code(500, 1, 'Not a sealed value.'),
  VAULT_TAMPERED: code(500, 1, 'A sealed value or the vault header does not verify.'),
  VAULT_UNKNOWN_KEY: code(500, 1, 'A value is sealed with a data key this vault does not have.'),
  VAULT_CORRUPT: code(500, 1, 'The vault file does not parse.'),
  VAULT_VERSION: code(500, 1, 'The vault file was written by a newer muster.'),
} as const satisfies Record<string, CodeFacts>;

export type ErrorCode = keyof typeof ERROR_CODES;

const facts = (value: string): CodeFacts =>
  Object.hasOwn(ERROR_CODES, value) ? ERROR_CODES[value as ErrorCode] : ERROR_CODES.INTERNAL;

export const httpStatusOf = (value: string): number => facts(value).http;
export const exitCodeOf = (value: string): number => facts(value).exit;
