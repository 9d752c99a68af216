import type { CollectionDefinition } from '../ports/store.ts';

export interface PromptRecord {
  readonly id: string;
  readonly kind: 'qr' | 'otp' | 'captcha' | 'confirm' | 'text';
  readonly title: string;
  readonly plugin: string;
  readonly job: string;
  readonly task: string;
  readonly account: string | null;
  readonly label: string;
  readonly text: string | null;
  /** File name under `prompts/` in the data directory. */
  readonly image: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export const PROMPTS: CollectionDefinition = {
  name: 'prompts',
  indexes: { expiry: { partition: [], order: ['expiresAt'] } },
};
