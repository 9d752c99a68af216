/** `done`: nobody is left to write to. `cancelled`: nobody will be written to any more. */
export const CAMPAIGN_STATES = ['running', 'paused', 'done', 'cancelled'] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

export interface Campaign {
  /** kebab-case; unique for ever. */
  readonly name: string;
  readonly template: string;
  /** The list of contacts that it was made from. */
  readonly list: string;
  /** Accounts that it is spread over. */
  readonly accounts: readonly string[];
  readonly state: CampaignState;
  readonly createdAt: number;
  readonly total: number;
  /** Stricter than the settings; never looser. */
  readonly paceMs?: number;
  readonly dailyCap?: number;
}

export const TARGET_STATES = [
  'waiting',
  'claimed',
  'pending',
  'sent',
  'delivered',
  'read',
  'uncertain',
  'failed',
  'skipped',
  'opted-out',
] as const;

/** `claimed`: given to a session; whether it left is in that session's outbox. Claimed once, never by two. */
export type TargetState = (typeof TARGET_STATES)[number];

/** One contact of one campaign. */
export interface Target {
  readonly campaign: string;
  readonly number: string;
  readonly text: string;
  readonly state: TargetState;
  /** The account that has it. */
  readonly account?: string;
  readonly messageId?: string;
  readonly why?: string;
  readonly changedAt: number;
}

export type Progress = { readonly [state in TargetState]: number };

/** A person who agreed to be written to. */
export interface Contact {
  readonly number: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly optIn: { readonly at: string; readonly source: string };
}
