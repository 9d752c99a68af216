import { withAccount } from './completion.ts';
import { createDeltaReader, type DeltaReader } from './cumulative.ts';
import { createReasoningSplitter, type ReasoningSplitter } from './reasoning.ts';
import { createSseReader, sseEvent, type SseEvent } from './sse-reader.ts';
import { tokensIn } from './usage.ts';

export interface StreamOptions {
  readonly accountId: string;
  readonly separate: boolean;
  /** The stream begins within the thinking; see `createReasoningSplitter`. */
  readonly implied: boolean;
  /** Events may each repeat the whole text. */
  readonly mayRepeat: boolean;
  /** The client asked for the chunk without choices that tells the tokens; others do not expect one. */
  readonly withUsage: boolean;
}

/** What a stream came to. */
export interface StreamEnd {
  readonly tokens: number | undefined;
  /** The model had finished: a finish reason, or the end mark. */
  readonly finished: boolean;
  /** An error that the service sent in the middle, as JSON. */
  readonly error: string | undefined;
}

/** Makes of the service's stream the one that OpenAI's clients read. What needs no change comes out as the very bytes that came in. */
export interface StreamTranslator {
  /** What is to be sent now, piece after piece; none when nothing is. */
  push(bytes: Buffer): readonly Buffer[];
  /** What is still to be sent, the end mark included if the model had finished. */
  end(): readonly Buffer[];
  result(): StreamEnd;
}

interface Delta {
  content?: unknown;
  reasoning_content?: unknown;
  [field: string]: unknown;
}
interface Choice {
  index?: number;
  delta?: Delta;
  finish_reason?: unknown;
  [field: string]: unknown;
}
interface Chunk {
  choices?: Choice[];
  content?: unknown;
  usage?: unknown;
  error?: unknown;
  done?: unknown;
  [field: string]: unknown;
}

/**
 * What an event may hold that has to be looked at when everything else is passed on. Within a JSON text no string can hold an
 * unescaped quote.
 */
const TELLING = /"finish_reason":\s*"|"usage":\s*\{|"error":|"done":|^data: ?(?:\[DONE\]|DONE|done|-1)/;
/** How the many events between the first and the last end: they are known for it at a glance. */
const USUAL_ENDS = ['"finish_reason":null}]}', '"finish_reason": null}]}', '"usage":null}', '"usage": null}'];
const RETURN = 13;

function tells(text: string, from: number, to: number): boolean {
  for (const usual of USUAL_ENDS) if (text.startsWith(usual, to - usual.length)) return false;
  return TELLING.test(text.slice(from, to));
}

const END_MARK = /^(?:\[DONE\]|DONE|done)$/;
const WIDE = /[\x80-\xff]/;

/** Not every client knows the line ends that the standard allows. */
const plainly = (raw: string, data: string): string => (raw.includes('\r') ? sseEvent(data) : raw);

const fromLatin1 = (text: string): string => (WIDE.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text);
const NARROW = /^[ -~\n]*$/;
const toLatin1 = (text: string): string => (NARROW.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1'));

const NOTHING: readonly Buffer[] = [];
const piecesOf = (latin1: string): readonly Buffer[] => (latin1 === '' ? NOTHING : [Buffer.from(latin1, 'latin1')]);

/** Of one choice: what its texts were so far. */
interface Voice {
  readonly deltas: DeltaReader | undefined;
  splitter: ReasoningSplitter | undefined;
}

export function createStreamTranslator({ accountId, separate, implied, mayRepeat, withUsage }: StreamOptions): StreamTranslator {
  const reader = createSseReader();
  const voices = new Map<number, Voice>();
  let template: Chunk = { id: 'chatcmpl-muster', object: 'chat.completion.chunk', created: 0, model: '' };
  let first = true;
  let passOn = false;
  let ended = false;
  let over = false;
  let tokens: number | undefined;
  let finished = false;
  let error: string | undefined;

  const voiceOf = (index: number): Voice => {
    const known = voices.get(index);
    if (known) return known;
    const voice = {
      deltas: mayRepeat ? createDeltaReader() : undefined,
      splitter: separate ? createReasoningSplitter({ implied }) : undefined,
    };
    voices.set(index, voice);
    return voice;
  };
  /** Rewrites a delta; false when nothing of it is left. */
  const speak = (voice: Voice, delta: Delta, last: boolean): boolean => {
    if (typeof delta.reasoning_content === 'string' && delta.reasoning_content !== '') {
      // It keeps the two apart itself.
      voice.splitter = undefined;
    }
    if (typeof delta.content !== 'string' && !last) return true;
    const given = typeof delta.content === 'string' ? delta.content : '';
    let text = voice.deltas ? voice.deltas.push(given) : given;
    if (last) text += voice.deltas?.end() ?? '';
    if (!voice.splitter) {
      if (text !== '' || given !== '') delta.content = text;
      return text !== '' || given === '' || last;
    }
    const piece = voice.splitter.push(text);
    const rest = last ? voice.splitter.end() : { reasoning: '', content: '' };
    const reasoning = piece.reasoning + rest.reasoning;
    const content = piece.content + rest.content;
    if (reasoning !== '') delta.reasoning_content = reasoning;
    if (content !== '' || given === '') {
      if (content !== '' || typeof delta.content === 'string') delta.content = content;
    } else delete delta.content;
    return reasoning !== '' || content !== '' || given === '' || last;
  };
  const settled = (): boolean =>
    voices.size > 0 &&
    [...voices.values()].every(({ deltas, splitter }) => (deltas?.plain() ?? true) && (splitter?.plain() ?? true));
  const write = (chunk: Chunk, marked: boolean): string => {
    const json = JSON.stringify(chunk);
    return toLatin1(sseEvent(marked ? withAccount(json, accountId) : json));
  };
  const marking = (last: boolean): boolean => {
    const marked = first || last;
    first = false;
    return marked;
  };
  const remember = (json: string): void => {
    tokens = tokensIn(json) ?? tokens;
  };

  const translate = ({ raw, data }: SseEvent, cutOff: boolean): string => {
    if (over) return '';
    if (data === undefined) return cutOff ? '' : raw;
    if (data === '-1' || data === '') return '';
    if (END_MARK.test(data)) {
      finished = true;
      const out = flush() + sseEvent('[DONE]');
      over = true;
      return out;
    }
    if (passOn && !cutOff && !TELLING.test(raw)) return plainly(raw, data);
    let chunk: Chunk;
    try {
      chunk = JSON.parse(fromLatin1(data)) as Chunk;
      if (typeof chunk !== 'object' || chunk === null) return '';
    } catch {
      // At the end of a stream: what a break left of an event.
      return cutOff ? '' : plainly(raw, data);
    }
    remember(data);
    if (chunk.error !== undefined && chunk.error !== null) {
      error = fromLatin1(data);
      over = true;
      return '';
    }
    // Control frames of the web client.
    if (!Array.isArray(chunk.choices)) {
      if (typeof chunk.content === 'string')
        chunk = { ...template, choices: [{ index: 0, delta: { content: chunk.content }, finish_reason: null }] };
      else if (chunk.usage !== undefined && chunk.usage !== null) chunk = { ...template, choices: [], usage: chunk.usage };
      else {
        if (chunk.done === true) finished = true;
        return '';
      }
    } else if (template['created'] === 0) {
      const { choices: _, usage: __, ...rest } = chunk;
      template = rest;
    }
    let left = chunk.choices?.length === 0;
    if (left && !withUsage) return '';
    let last = left;
    for (const choice of chunk.choices ?? []) {
      const stops = typeof choice.finish_reason === 'string' && choice.finish_reason !== '';
      if (stops) {
        finished = true;
        last = true;
      }
      const delta = choice.delta ?? {};
      const voice = voiceOf(choice.index ?? 0);
      if (speak(voice, delta, stops)) left = true;
      if (choice.delta || Object.keys(delta).length > 0) choice.delta = delta;
    }
    if (!passOn) passOn = settled();
    if (!left) return '';
    return write(chunk, marking(last));
  };
  /** Looks at events one by one, as text. */
  const look = (text: string): string => {
    let out = '';
    reader.feed(text);
    for (let event = reader.next(); event; event = reader.next()) out += translate(event, false);
    return out;
  };
  /** Whole events of plain lines, as bytes and as latin1, which has a letter for each byte. */
  const pass = (bytes: Buffer, text: string): readonly Buffer[] => {
    const out: Buffer[] = [];
    let plain = 0;
    for (let from = 0; from < text.length;) {
      if (over) return out;
      const to = text.indexOf('\n\n', from);
      const next = to === -1 ? text.length : to + 2;
      if (!passOn || tells(text, from, to)) {
        if (plain < from) out.push(bytes.subarray(plain, from));
        const looked = look(text.slice(from, next));
        if (looked !== '') out.push(Buffer.from(looked, 'latin1'));
        plain = next;
      }
      from = next;
    }
    if (plain < text.length) out.push(bytes.subarray(plain));
    return out;
  };
  /** What is held back, where the stream ended without a finish reason. */
  const flush = (): string => {
    let out = '';
    for (const [index, voice] of voices) {
      const delta: Delta = {};
      const rest = voice.deltas?.end() ?? '';
      const piece = voice.splitter ? voice.splitter.push(rest) : { reasoning: '', content: rest };
      const end = voice.splitter?.end() ?? { reasoning: '', content: '' };
      const [reasoning, content] = [piece.reasoning + end.reasoning, piece.content + end.content];
      if (reasoning !== '') delta.reasoning_content = reasoning;
      if (content !== '') delta.content = content;
      if (Object.keys(delta).length > 0)
        out += write({ ...template, choices: [{ index, delta, finish_reason: null }] }, marking(false));
    }
    voices.clear();
    return out;
  };

  return {
    push(bytes) {
      if (over) return NOTHING;
      const text = bytes.toString('latin1');
      return reader.idle() && text.endsWith('\n\n') && !bytes.includes(RETURN) ? pass(bytes, text) : piecesOf(look(text));
    },
    end() {
      if (ended) return NOTHING;
      ended = true;
      if (over) return NOTHING;
      const last = reader.end();
      let out = last ? translate(last, true) : '';
      if (over) return piecesOf(out);
      out += flush();
      return piecesOf(finished ? out + sseEvent('[DONE]') : out);
    },
    result() {
      return { tokens, finished, error };
    },
  };
}
