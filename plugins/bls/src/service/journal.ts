import { createHash } from 'node:crypto';
import { MusterError, type RecordChange, type Records, type StoredRecord } from '@muster/sdk';

/** How far the registration of one person at one site is known to have come. */
export type ClaimState =
  /** Someone works on it; nothing was posted that cannot be taken back. */
  | 'claimed'
  /** The last post is on its way, or its answer was never seen. */
  | 'posting'
  | 'registered';

export interface Claim {
  /** The account that has it. */
  readonly account: string;
  readonly label: string;
  readonly state: ClaimState;
  readonly task: string;
}

export interface Person {
  readonly account: string;
  readonly label: string;
  readonly email: string;
  readonly passportNumber: string;
  readonly task: string;
}

/**
 * Who registers, or has registered, which e-mail address and which passport at which site. Outlives tasks, jobs and accounts:
 * an account that is deleted and loaded again is not registered a second time.
 */
export interface Journal {
  /**
   * Takes both for this account and says how far it came before. CONFLICT, with `details.field`, when another account has one of
   * them at that site.
   */
  claim(site: string, person: Person): Promise<ClaimState>;
  note(site: string, person: Person, state: ClaimState): Promise<void>;
}

/** Neither addresses nor passport numbers stand in the journal. */
const keyOf = (site: string, field: string, value: string): string =>
  `${site}/${field}/${createHash('sha256').update(value.trim().toLowerCase()).digest('hex').slice(0, 40)}`;

export function createJournal(records: Records<Claim>, now: () => number): Journal {
  const keysOf = (site: string, { email, passportNumber }: Person): readonly (readonly [string, string])[] => [
    ['email', keyOf(site, 'email', email)],
    ['passportNumber', keyOf(site, 'passport', passportNumber)],
  ];
  const entry = (key: string, site: string, { account, label, task }: Person, state: ClaimState) => ({
    key,
    group: site,
    at: now(),
    data: { account, label, task, state },
  });

  /** Ours already, free, or another's. */
  function standing(field: string, known: StoredRecord<Claim> | undefined, person: Person): ClaimState | undefined {
    if (!known) return undefined;
    const { account, label, state } = known.data;
    if (account === person.account) return state;
    // Another account only meant to: whoever posts first has it.
    if (state === 'claimed') return undefined;
    const word = field === 'email' ? 'e-mail address' : 'passport number';
    throw new MusterError(
      'CONFLICT',
      `The ${word} belongs to ${label} (${account}), which ${state === 'registered' ? 'is registered' : 'may be registered'} with it. Look at both, and delete or correct one.`,
      { details: { field, account } },
    );
  }

  return {
    async claim(site, person) {
      const found: ClaimState[] = [];
      const changes: RecordChange<Claim>[] = [];
      for (const [field, key] of keysOf(site, person)) {
        const known = await records.get(key);
        const state = standing(field, known, person);
        if (state !== undefined && state !== 'claimed') found.push(state);
        else
          changes.push(
            known
              ? { replace: entry(key, site, person, 'claimed'), revision: known.revision }
              : { insert: entry(key, site, person, 'claimed') },
          );
      }
      // One of the two was taken over a changed address or passport: what was done with the other stands.
      if (changes.length > 0 && found.length === 0) await records.commit(changes);
      return found.includes('posting') ? 'posting' : found.includes('registered') ? 'registered' : 'claimed';
    },
    async note(site, person, state) {
      const changes: RecordChange<Claim>[] = [];
      for (const [field, key] of keysOf(site, person)) {
        const known = await records.get(key);
        standing(field, known, person);
        changes.push(
          known
            ? { replace: entry(key, site, person, state), revision: known.revision }
            : { insert: entry(key, site, person, state) },
        );
      }
      await records.commit(changes);
    },
  };
}
