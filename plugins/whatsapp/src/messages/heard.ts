import { safeText } from '@muster/sdk';

/** A message as the page told it. */
export interface Heard {
  readonly id: string;
  readonly chat: string;
  readonly fromMe: boolean;
  readonly author: string | null;
  readonly text: string;
  readonly type: string;
  readonly ack: number;
  /** ms since the epoch. */
  readonly at: number;
  /** The writer's own name, as their phone gives it. */
  readonly name?: string;
  /** What can be chosen in a poll. */
  readonly options?: readonly string[];
  readonly media?: HeardMedia;
  /** Nobody listened when it came. */
  readonly caughtUp?: true;
}

/** A file that came with a message; it is still to be fetched. */
export interface HeardMedia {
  readonly mime: string;
  /** As its sender calls it; documents have one. */
  readonly name: string | null;
  /** As its sender says; 0 where that is not said. */
  readonly bytes: number;
}

const idOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : (value as { _serialized?: string } | null | undefined)?._serialized;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

const optionsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.map((one) => safeText(textOf((one as { name?: unknown } | null)?.name), 100)) : [];

function mediaOf(raw: Readonly<Record<string, unknown>>): HeardMedia | undefined {
  if (typeof raw['directPath'] !== 'string' || raw['directPath'] === '') return undefined;
  const name = textOf(raw['filename']);
  return {
    mime: safeText(textOf(raw['mimetype']) || 'application/octet-stream', 100),
    name: name === '' ? null : safeText(name, 200),
    bytes: numberOf(raw['size'], 0),
  };
}

/** From the library's message, or from the page's own model of one. Undefined when it has no id. */
export function heardOf(message: unknown, now: number): Heard | undefined {
  const model = (message ?? {}) as Readonly<Record<string, unknown>>;
  const raw = (model['_data'] ?? model) as Readonly<Record<string, unknown>>;
  const key = (model['id'] ?? {}) as { _serialized?: string; fromMe?: boolean; remote?: unknown };
  const id = key._serialized;
  const fromMe = key.fromMe === true;
  const chat = idOf(key.remote) ?? idOf(fromMe ? model['to'] : model['from']);
  if (id === undefined || chat === undefined) return undefined;
  const at = numberOf(model['timestamp'] ?? raw['t'], 0) * 1_000;
  const name = textOf(raw['notifyName']);
  const options = optionsOf(raw['pollOptions']);
  const media = mediaOf(raw);
  return {
    id,
    chat,
    fromMe,
    author: idOf(model['author']) ?? null,
    // As the library has it: of a poll the question, of a file the caption.
    text: media ? textOf(raw['caption']) : textOf(model['body']) || textOf(raw['pollName']),
    type: textOf(model['type']) || 'chat',
    ack: numberOf(model['ack'], 0),
    at: at > 0 ? at : now,
    ...(name !== '' && !fromMe && { name: safeText(name, 100) }),
    ...(options.length > 0 && { options }),
    ...(media && { media }),
  };
}
