import { isUtf8 } from 'node:buffer';
import type { GatewayError } from './answer-error.ts';

/** What the gateway has to know of a request; its bytes go through as they came. */
export interface ChatRequest {
  readonly body: Buffer;
  readonly model: string;
  readonly stream: boolean;
  /** A stream shall end with a chunk that tells the tokens. */
  readonly withUsage: boolean;
  /** What it may cost, for the limit of tokens. */
  readonly tokens: number;
}

/** It is kept with what was served, and listed. */
const MAX_MODEL = 256;
/** Where a request says nothing of it. */
const USUAL_ANSWER = 1_000;
const BYTES_PER_TOKEN = 4;
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0;

const wrong = (message: string, param?: string): GatewayError => ({
  status: 400,
  message,
  type: 'invalid_request_error',
  code: 'invalid_request',
  ...(param !== undefined && { param }),
});

/** Reads a request as far as that is needed; the service judges the rest. */
export function readChatRequest(body: Buffer): ChatRequest | GatewayError {
  // Read as text, what is none would become other letters than the service gets.
  if (!isUtf8(body)) return wrong('The request is no text in UTF-8.');
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (thrown) {
    return wrong(`The request is no JSON: ${(thrown as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('The request must be a JSON object.');
  const request = value as Readonly<Record<string, unknown>>;
  const { model, messages, stream } = request;
  if (typeof model !== 'string' || model === '') return wrong('"model" must be the name of a model.', 'model');
  if (model.length > MAX_MODEL) return wrong(`"model" must have at most ${MAX_MODEL} letters.`, 'model');
  if (!Array.isArray(messages) || messages.length === 0)
    return wrong('"messages" must be a list of one message or more.', 'messages');
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean')
    return wrong('"stream" must be true or false.', 'stream');
  const asked = request['max_completion_tokens'] ?? request['max_tokens'];
  const tokens = Math.ceil(body.length / BYTES_PER_TOKEN) + (isCount(asked) ? Math.ceil(asked) : USUAL_ANSWER);
  const wants = request['stream_options'] as { readonly include_usage?: unknown } | null | undefined;
  return { body, model, stream: stream === true, withUsage: wants?.include_usage === true, tokens };
}
