import { sseEvent } from '../wire/sse-reader.ts';

interface Completion {
  readonly object?: string;
  readonly choices?: readonly {
    readonly index?: number;
    readonly message?: Record<string, unknown>;
    readonly finish_reason?: unknown;
  }[];
  readonly usage?: unknown;
}

/** A whole answer as the stream that the client asked for, where the service gives no streams. */
export function asStream(json: string): string {
  const { choices = [], usage, ...head } = JSON.parse(json) as Completion;
  const chunk = { ...head, object: 'chat.completion.chunk' };
  const said = choices.map(({ index = 0, message = {} }) => ({ index, delta: message, finish_reason: null }));
  const ends = choices.map(({ index = 0, finish_reason }) => ({ index, delta: {}, finish_reason: finish_reason ?? 'stop' }));
  const events = [
    { ...chunk, choices: said },
    { ...chunk, choices: ends, ...(usage !== undefined && { usage }) },
  ];
  return `${events.map((event) => sseEvent(JSON.stringify(event))).join('')}${sseEvent('[DONE]')}`;
}
