import { MusterError, type Plugin } from '@muster/sdk';

const SEPARATOR = '\u001f';
/** A part that holds the separator itself must not read as two parts. */
const escape = (part: string): string =>
  part.includes('\u001e') || part.includes(SEPARATOR)
    ? part.replaceAll('\u001e', '\u001e0').replaceAll(SEPARATOR, '\u001e1')
    : part;

const PLAIN = /^[\u0021-\u007e]*$/;

/** As identities are compared: composed, trimmed, lower case. */
const normalise = (value: string): string =>
  PLAIN.test(value) ? value.toLowerCase() : value.normalize('NFC').trim().toLowerCase().normalize('NFC');

type Data = Readonly<Record<string, unknown>>;

const read = (data: Data, field: string): string => {
  const value = Object.hasOwn(data, field) ? data[field] : undefined;
  if (typeof value === 'string') return normalise(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
};

/** Undefined when one of the fields is empty. */
const keyOf = (plugin: string, fields: readonly string[], data: Data): string | undefined => {
  const parts = [plugin];
  for (const field of fields) {
    const part = read(data, field);
    if (part === '') return undefined;
    parts.push(escape(part));
  }
  // In one piece: texts that V8 keeps as a sum of others cost twice as much to store.
  return parts.join(SEPARATOR);
};

export interface Identity {
  readonly key: string;
  readonly key2: string | null;
}

/** The keys that make an account known again. BAD_INPUT when a field of the first identity is empty. */
export function identityOf(plugin: Pick<Plugin, 'id' | 'identity'>, data: Data): Identity {
  const [first = [], second] = plugin.identity;
  const key = keyOf(plugin.id, first, data);
  if (key === undefined) {
    const missing = first.filter((field) => read(data, field) === '').join(', ');
    throw new MusterError('BAD_INPUT', `${missing}: an account of "${plugin.id}" is known by it, so it cannot be empty.`);
  }
  return { key, key2: (second && keyOf(plugin.id, second, data)) ?? null };
}
