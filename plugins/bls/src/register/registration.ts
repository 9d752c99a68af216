import type { AccountTaskContext, JsonObject } from '@muster/sdk';
import type { LoadedProfile } from '../profile/profiles.ts';
import type { Mask } from '../runner/evidence.ts';
import type { People } from '../runner/people.ts';
import type { Account, Config, CreateInput } from '../schemas.ts';
import type { BlsService } from '../service.ts';
import type { Person } from '../service/journal.ts';

export type RegisterContext = AccountTaskContext<Config, Account, CreateInput>;

/** What a task notes before and after what cannot be taken back. */
export interface Note extends JsonObject {
  readonly step: 'claimed' | 'posting' | 'refused' | 'registered';
  readonly site: string;
}

export interface Registered extends JsonObject {
  readonly email: string;
  readonly site: string;
  readonly blsStatus: 'created';
}

/** One applicant on the way, with all that the steps share. */
export interface Registration {
  readonly ctx: RegisterContext;
  readonly service: BlsService;
  readonly loaded: LoadedProfile;
  readonly site: string;
  readonly baseUrl: string;
  readonly person: Person;
  readonly mask: Mask;
  readonly people: People;
  readonly startedAt: number;
  /** Never goes back, though the work may. */
  readonly at: (step: number, word: string) => void;
}

export const iso = (ms: number): string => new Date(ms).toISOString();
