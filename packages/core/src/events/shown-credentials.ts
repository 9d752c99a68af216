import { MusterError } from '@muster/sdk';
import { MASK, maskCredentials } from './create-redactor.ts';

/** A setting as it is shown: the address of a service, or a word of a command, may hold a key. */
export function withoutCredentials<T>(value: T): T {
  if (typeof value === 'string') return maskCredentials(value) as T;
  if (Array.isArray(value)) return value.map(withoutCredentials) as T;
  return typeof value === 'object' && value !== null
    ? (Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withoutCredentials(each)])) as T)
    : value;
}

/** A setting as it is meant by who was shown the current one: what comes back masked stays as it is. BAD_INPUT where it cannot. */
export function withCredentials<T>(field: string, value: T, current: unknown): T {
  const text = JSON.stringify(value) as string | undefined;
  if (!text?.includes(MASK)) return value;
  if (JSON.stringify(withoutCredentials(current)) === text) return current as T;
  throw new MusterError('BAD_INPUT', `${field}: what is masked in it is not known any more; enter all of it.`);
}
