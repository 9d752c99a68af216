import type { PromptRequest } from '@muster/sdk';
import type { Observable } from 'rxjs';
import type { PromptRecord } from './prompt-record.ts';

export interface PromptOrigin {
  readonly plugin: string;
  readonly job: string;
  readonly task: string;
  readonly account: string | null;
  readonly label: string;
}

/** Questions to the operator. Each lives as long as the task that asks: after a restart the task asks again. */
export interface Prompts {
  /** Hot, replays nothing: all that wait, after each change. */
  readonly change$: Observable<readonly PromptRecord[]>;
  /**
   * Waits for the answer. PROMPT_EXPIRED when nobody answers in time (default: 10 minutes), PROMPT_UNATTENDED at once where
   * nobody is there to answer, BAD_INPUT for a question that cannot be shown; the reason of the signal when it is stopped.
   */
  ask(request: PromptRequest, origin: PromptOrigin, signal: AbortSignal): Promise<string>;
  /** The nearest deadline first. */
  list(): Promise<PromptRecord[]>;
  /** NOT_FOUND when it is answered or gone, BAD_INPUT for an answer that does not fit. */
  answer(id: string, text: string, actor: string): Promise<void>;
  image(id: string): Promise<Uint8Array | undefined>;
  /** Removes the questions of a dead host, with their pictures. Once, before any task runs. */
  recover(): Promise<void>;
}
