import type { Redactor } from '../events/events.ts';
import { openText, sealText } from '../vault/sealed-text.ts';
import type { Vault } from '../vault/vault.ts';
import type { HookRecord, HookTarget } from './hook-record.ts';

/** A path of this length may be a key; a shorter one is a word that texts would miss. */
const KEY_LENGTH = 16;
const PROGRAM = /^[\w./~-]+/;

/** No plugin's id holds a slash. */
const addressOf = (id: string) => ({ provider: 'core/hooks', about: `the address of the hook ${id}` });

/** Scheme and host of an address, the program of a command: chat services put the key into the path or the query, people into the command. */
export function maskedTarget(target: HookTarget): HookTarget {
  if (target.kind === 'command') {
    const command = target.command.trim();
    const [program = ''] = PROGRAM.exec(command) ?? [];
    if (program === command) return target;
    // What goes on is another word: `TOKEN=…` is no program.
    return { ...target, command: /^\s/.test(command.slice(program.length)) ? `${program} …` : '…' };
  }
  if (target.kind !== 'webhook') return target;
  const { protocol, host, pathname, search, hash } = new URL(target.url);
  return { ...target, url: `${protocol}//${host}/${pathname === '/' && search === '' && hash === '' ? '' : '…'}` };
}

/** As it is stored: the address of a webhook is shown in part and kept sealed. VAULT_LOCKED. */
export const storedTarget = (vault: Vault, id: string, target: HookTarget): Pick<HookRecord, 'target' | 'address'> =>
  target.kind === 'webhook'
    ? { target: maskedTarget(target), address: sealText(vault, target.url, addressOf(id)) }
    : { target, address: null };

/** Where it goes; an address is masked from then on wherever it is written. VAULT_LOCKED. */
export function wholeTarget(
  { vault, redactor }: { readonly vault: Vault; readonly redactor: Redactor },
  { id, target, address }: HookRecord,
): HookTarget {
  if (target.kind !== 'webhook' || !address) return target;
  const url = openText(vault, address, addressOf(id));
  const { pathname, search } = new URL(url);
  redactor.add(url);
  for (const part of [pathname + search, pathname, search.slice(1)]) if (part.length >= KEY_LENGTH) redactor.add(part);
  return { ...target, url };
}
