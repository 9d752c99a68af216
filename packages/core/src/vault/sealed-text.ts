import { MusterError, safeText, toMusterError } from '@muster/sdk';
import type { Document, Store } from '../ports/store.ts';
import { refused } from '../ports/refused.ts';
import type { SecretPlace, Vault } from './vault.ts';

/** `mst1:<base64url of provider, about>:<sealed value>`: it says itself where it belongs, so that it can be sealed anew. */
const TEXT = /^mst1:([\w-]+):(mv1:.+)$/s;
/** No account has such an id. */
const OF_NO_ACCOUNT = 'sealed-text';
const RETRIES = 10;
const BATCH = 200;
const MOST_NAMED = 100;
const MAX_WHERE = 300;

interface Bound {
  readonly provider: string;
  readonly about: string;
}

const placeOf = ({ provider, about }: Bound): SecretPlace => ({ provider, accountId: OF_NO_ACCOUNT, field: about });

/** Seals a secret that stands elsewhere than in an account's fields, for one plugin and one purpose. VAULT_LOCKED, BAD_INPUT. */
export function sealText(vault: Vault, text: string, bound: Bound): string {
  const place = Buffer.from(JSON.stringify([bound.provider, bound.about])).toString('base64url');
  return `mst1:${place}:${vault.seal(text, placeOf(bound))}`;
}

const readBound = (encoded: string): Bound | undefined => {
  try {
    const [provider, about] = JSON.parse(Buffer.from(encoded, 'base64url').toString()) as unknown[];
    return typeof provider === 'string' && typeof about === 'string' ? { provider, about } : undefined;
  } catch {
    return undefined;
  }
};

export const isSealedText = (value: unknown): value is string => typeof value === 'string' && TEXT.test(value);

/** VAULT_FORMAT when it is no sealed text, VAULT_TAMPERED when it was sealed for another purpose or was changed, VAULT_LOCKED. */
export function openText(vault: Vault, sealed: string, bound: Bound): string {
  const [, encoded = '', value] = TEXT.exec(sealed) ?? [];
  if (value === undefined) {
    throw new MusterError('VAULT_FORMAT', `What is kept for ${bound.about} is no sealed text; enter the secret anew.`);
  }
  const said = readBound(encoded);
  if (said?.provider !== bound.provider || said.about !== bound.about) {
    throw new MusterError('VAULT_TAMPERED', `The sealed text was made for something else than ${bound.about}; enter it anew.`);
  }
  return vault.open(value, placeOf(bound));
}

/** The value with every sealed text in it sealed by the key in use now; the very same value when none was older. */
function resealed<T>(vault: Vault, value: T, count: { changed: number; broken: number }): T {
  if (typeof value === 'string') {
    const [, encoded = '', inner] = TEXT.exec(value) ?? [];
    const bound = readBound(encoded);
    if (inner === undefined || !bound || !vault.needsReseal(inner)) return value;
    try {
      const text = vault.open(inner, placeOf(bound));
      count.changed += 1;
      return sealText(vault, text, bound) as T;
    } catch (error) {
      if (error instanceof MusterError && error.code === 'VAULT_LOCKED') throw error;
      count.broken += 1;
      return value;
    }
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => resealed(vault, item, count));
    return items.some((item, at) => item !== value[at]) ? (items as T) : value;
  }
  const before = Object.entries(value);
  const after = before.map(([key, item]) => [key, resealed(vault, item, count)] as const);
  return after.some(([, item], at) => item !== before[at]?.[1]) ? (Object.fromEntries(after) as T) : value;
}

/**
 * Seals anew what an older data key sealed, in every document of these collections. `revision` names a number that grows
 * with each change of a document: one that changed in between is read again. Returns how many texts. VAULT_TAMPERED at the
 * end when some do not open: their key must stay.
 */
export async function resealTexts(
  { store, vault }: { readonly store: Store; readonly vault: Vault },
  collections: readonly { readonly name: string; readonly revision?: string }[],
  signal?: AbortSignal,
): Promise<number> {
  const count = { changed: 0, broken: 0 };
  const reseal = async (name: string, id: string, revision: string | undefined): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      const document = await store.get<Document & Record<string, unknown>>(name, id);
      if (!document) return;
      const here = { changed: 0, broken: 0 };
      const next = resealed(vault, document, here);
      if (next === document) return;
      const set = Object.fromEntries(Object.entries(next).filter(([field, value]) => value !== document[field]));
      const known = revision === undefined ? undefined : document[revision];
      const guard = revision !== undefined && typeof known === 'number' ? { if: { [revision]: known } } : {};
      const add = revision === undefined ? {} : { add: { [revision]: 1 } };
      try {
        await store.commit([{ update: name, id, patch: { set: set as never, ...add }, ...guard }]);
        count.changed += here.changed;
        return;
      } catch (error) {
        if (!refused(error) || tries === RETRIES) throw error;
      }
    }
  };
  for (const { name, revision } of collections) {
    let old: string[] = [];
    const flush = async (): Promise<void> => {
      for (const id of old) await reseal(name, id, revision);
      old = [];
    };
    for await (const document of store.scan(name, signal)) {
      const found = { changed: 0, broken: 0 };
      if (resealed(vault, document, found) !== document) old.push(document.id);
      count.broken += found.broken;
      if (old.length >= BATCH) await flush();
    }
    await flush();
  }
  if (count.broken > 0) {
    const message = `${count.changed} texts were sealed anew, but ${count.broken} do not open; the old key must stay.`;
    throw new MusterError('VAULT_TAMPERED', message, { details: { resealed: count.changed } });
  }
  return count.changed;
}

/** Opens every sealed text in the documents of these collections, and keeps none. VAULT_LOCKED. */
export async function checkTexts(
  { store, vault }: { readonly store: Store; readonly vault: Vault },
  collections: readonly { readonly name: string }[],
  signal?: AbortSignal,
): Promise<{ readonly secrets: number; readonly problems: readonly string[] }> {
  let secrets = 0;
  const problems: string[] = [];
  const look = (value: unknown, where: string): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) look(item, `${where}, ${key}`);
      return;
    }
    const [, encoded = '', inner] = typeof value === 'string' ? (TEXT.exec(value) ?? []) : [];
    const bound = readBound(encoded);
    if (inner === undefined || !bound) return;
    secrets += 1;
    try {
      vault.open(inner, placeOf(bound));
    } catch (error) {
      const { code, message } = toMusterError(error);
      if (code === 'VAULT_LOCKED') throw error;
      if (problems.length < MOST_NAMED) problems.push(`${safeText(where, MAX_WHERE)}: ${message}`);
    }
  };
  for (const { name } of collections) {
    for await (const { id, ...document } of store.scan(name, signal)) look(document, `${name} "${id}"`);
  }
  return { secrets, problems };
}
