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
  readonly name?: string;
}

const idOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : (value as { _serialized?: string } | null | undefined)?._serialized;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

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
  return {
    id,
    chat,
    fromMe,
    author: idOf(model['author']) ?? null,
    text: textOf(model['body']),
    type: textOf(model['type']) || 'chat',
    ack: numberOf(model['ack'], 0),
    at: at > 0 ? at : now,
    ...(name !== '' && !fromMe && { name: safeText(name, 100) }),
  };
}
