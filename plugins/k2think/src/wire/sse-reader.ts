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
  feed(text: string): void;
  /** The next event that is whole. */
  next(): SseEvent | undefined;
  /** What is left when the stream ends: a last event without its blank line. */
  end(): SseEvent | undefined;
  /** Nothing is held back. */
  idle(): boolean;
}

export function createSseReader(): SseReader {
  let rest = '';
  /** Before it there is no event any more. */
  let from = 0;
  /** Before it no event ends. */
  let looked = 0;
  let hasReturns = false;

  const boundary = (): { readonly at: number; readonly length: number } | undefined => {
    if (!hasReturns) {
      const at = rest.indexOf('\n\n', Math.max(from, looked - 1));
      return at === -1 ? undefined : { at, length: 2 };
    }
    BOUNDARY.lastIndex = Math.max(from, looked - 3);
    const found = BOUNDARY.exec(rest);
    // A CR at the very end may be half of a CRLF.
    if (!found || (found[0].endsWith('\r') && found.index + found[0].length === rest.length)) return undefined;
    return { at: found.index, length: found[0].length };
  };
  const next = (): SseEvent | undefined => {
    for (;;) {
      const found = boundary();
      if (!found) {
        looked = rest.length;
        if (rest.length - from > MAX_EVENT) throw new Error(`an event of more than ${MAX_EVENT} bytes`);
        return undefined;
      }
      const to = found.at + found.length;
      const raw = rest.slice(from, to);
      from = to;
      looked = to;
      if (raw.trim() !== '') return { raw, data: dataOf(raw) };
    }
  };
  return {
    feed(text) {
      rest = from === rest.length ? text : rest.slice(from) + text;
      looked = Math.max(0, looked - from);
      from = 0;
      hasReturns ||= text.includes('\r');
    },
    next,
    end() {
      const raw = rest.slice(from).trimEnd();
      rest = '';
      from = 0;
      looked = 0;
      return raw === '' ? undefined : { raw: `${raw}\n\n`, data: dataOf(`${raw}\n\n`) };
    },
    idle() {
      return from === rest.length;
    },
  };
}

/** One event with this data, which must hold no line end. */
export const sseEvent = (data: string): string => `data: ${data}\n\n`;
