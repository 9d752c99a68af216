import { MusterError } from '@muster/sdk';

/**
 * The owner that a system id stands for. Ids may hold anything (RocketMap sends its status name); what an owner's name may
 * not hold is written as its code, so that two systems are never one owner.
 */
export function ownerOf(systemId: string): string {
  const owner = systemId.replaceAll(/[^\w.@-]/gu, (sign) => `:${(sign.codePointAt(0) ?? 0).toString(16)}:`);
  if (owner.length > 100) throw new MusterError('BAD_REQUEST', 'system_id: it is too long; take at most 64 plain letters.');
  return owner;
}
