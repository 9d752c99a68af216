import type { PromptRequest } from '@muster/sdk';
import type { PromptRecord } from './prompt-record.ts';

export interface PromptOrigin {
  readonly plugin: string;
  readonly job: string;
  readonly task: string;
  readonly account: string | null;
  readonly label: string;
}

export interface Prompts {
  ask(request: PromptRequest, origin: PromptOrigin, signal: AbortSignal): Promise<string>;
  /** Oldest deadline first. */
  list(): Promise<PromptRecord[]>;
  /** NOT_FOUND when it is answered or gone. */
  answer(id: string, text: string, actor: string): Promise<void>;
  image(id: string): Promise<Uint8Array | undefined>;
}
