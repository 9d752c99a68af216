import { sseEvent } from '../wire/sse-reader.ts';

interface Message {
  readonly tool_calls?: readonly object[] | null;
}
interface Completion {
  readonly choices?: readonly {
    readonly index?: number;
    readonly message?: Message;
    readonly finish_reason?: unknown;
  }[];
  readonly usage?: unknown;
}

/** Pieces of a call are put together by its place. */
const deltaOf = ({ tool_calls: calls, ...message }: Message): object =>
  Array.isArray(calls) ? { ...message, tool_calls: calls.map((call, index) => ({ index, ...(call as object) })) } : message;

/** A whole answer as the stream that the client asked for, where the service gives no streams. */
export function asStream(json: string, { withUsage }: { readonly withUsage: boolean }): string {
  const { choices = [], usage, ...head } = JSON.parse(json) as Completion;
  const chunk = { ...head, object: 'chat.completion.chunk' };
  const said = choices.map(({ index = 0, message = {} }) => ({ index, delta: deltaOf(message), finish_reason: null }));
  const ends = choices.map(({ index = 0, finish_reason }) => ({ index, delta: {}, finish_reason: finish_reason ?? 'stop' }));
  const events = [
    { ...chunk, choices: said },
    { ...chunk, choices: ends },
    ...(withUsage && usage !== undefined ? [{ ...chunk, choices: [], usage }] : []),
  ];
  return `${events.map((event) => sseEvent(JSON.stringify(event))).join('')}${sseEvent('[DONE]')}`;
}
