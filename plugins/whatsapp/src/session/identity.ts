import { safeText } from '@muster/sdk';
import type { Account } from '../schemas.ts';

/** Newer links know their number by an id of their own; then there is none to compare. */
const numberOf = (wid: string): string | undefined => (wid.endsWith('@c.us') ? wid.split('@')[0] : undefined);

/** Why this is not the number that is expected; undefined when it is, or none is. */
export function wrongNumber({ phone }: Account, wid: string): string | undefined {
  const number = numberOf(wid);
  return phone === undefined || number === undefined || number === phone
    ? undefined
    : `${number} was scanned, and ${phone} is expected here: open it again and scan with that phone`;
}

/** What a link tells that the account does not know yet; undefined when it knows all. */
export function newFacts(known: Account, wid: string, name: string | undefined): Partial<Account> | undefined {
  const number = numberOf(wid);
  const facts = {
    ...(known.phone === undefined && number !== undefined && { phone: number }),
    ...(known.name === undefined && name !== undefined && name !== '' && { name: safeText(name, 200) }),
  };
  return Object.keys(facts).length === 0 ? undefined : facts;
}
