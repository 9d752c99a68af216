import type { Prompt } from '@muster/api';
import type { TextEdit } from '@muster/sdk/ui';

export interface InboxState {
  readonly cursor: number;
  /** The answer being typed, and which question it is for. */
  readonly answer: { readonly prompt: string; readonly edit: TextEdit } | null;
}

/** Questions that are answered by typing. */
export const isTyped = (prompt: Prompt): boolean => prompt.kind === 'otp' || prompt.kind === 'text' || prompt.kind === 'captcha';
