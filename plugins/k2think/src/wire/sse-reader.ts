/** One event of a stream: the raw text with its blank line, and what its `data:` lines say. */
export interface SseEvent {
  readonly raw: string;
  /** Undefined for comments and events without data. */
  readonly data: string | undefined;
}

/** An event longer than this is an error of the sender. */
const MAX_EVENT = 8 * 1024 * 1024;

/** Where an event ends: a blank line, after any of the three line ends. */
const BOUNDARY = /\r\n\r\n|\n\n|\r\r|\n\r\n|\r\n\n/g;

function dataOf(raw: string): string | undefined {
  if (!raw.includes('\r')) {
    // The form that everybody sends: one line.
    const only = raw.startsWith('data:') && raw.indexOf('\n') >= raw.length - 2;
    if (only) return raw.slice(raw.charCodeAt(5) === 32 ? 6 : 5).trimEnd();
  }
  const lines = raw.split(/\r\n|\n|\r/).filter((line) => line === 'data' || line.startsWith('data:'));
  if (lines.length === 0) return undefined;
  return lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n');
}

/** Splits a stream of server-sent events. Text may be cut anywhere, within a line end too. */
export interface SseReader {
  /** The events that are whole now. */
  push(text: string): SseEvent[];
  /** What is left when the stream ends: a last event without its blank line. */
  end(): SseEvent[];
  /** Nothing is held back. */
  readonly idle: boolean;
}

export function createSseReader(): SseReader {
  let rest = '';
  const take = (text: string, last: boolean): SseEvent[] => {
    const events: SseEvent[] = [];
    let from = 0;
    // What was looked at before holds no boundary, save one that is cut at its end.
    BOUNDARY.lastIndex = last ? 0 : Math.max(0, rest.length - 4);
    rest += text;
    for (let found = BOUNDARY.exec(rest); found; found = BOUNDARY.exec(rest)) {
      const to = found.index + found[0].length;
      // A CR at the very end may be half of a CRLF.
      if (!last && to === rest.length && found[0].endsWith('\r')) break;
      const raw = rest.slice(from, to);
      if (raw.trim() !== '') events.push({ raw, data: dataOf(raw) });
      from = to;
    }
    rest = rest.slice(from);
    if (rest.length > MAX_EVENT) throw new Error(`an event of more than ${MAX_EVENT} bytes`);
    return events;
  };
  return {
    push: (text) => take(text, false),
    end() {
      const events = take('', true);
      if (rest.trim() !== '') events.push({ raw: `${rest.trimEnd()}\n\n`, data: dataOf(`${rest.trimEnd()}\n\n`) });
      rest = '';
      return events;
    },
    get idle() {
      return rest === '';
    },
  };
}

/** One event with this data, which must hold no line end. */
export const sseEvent = (data: string): string => `data: ${data}\n\n`;
