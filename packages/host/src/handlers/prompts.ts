import { join } from 'node:path';
import type { Prompt } from '@muster/api';
import type { PromptRecord } from '@muster/core';
import { MusterError } from '@muster/sdk';
import type { HostCore } from '../host-core.ts';
import type { PromptDoor } from '../prompt-door/prompt-door.ts';
import type { Handlers } from './handler.ts';
import { promptView } from './views.ts';

const PNG = [0x89, 0x50, 0x4e, 0x47];
const isPng = (image: Uint8Array): boolean => PNG.every((byte, at) => image[at] === byte);

export interface PromptParts {
  readonly door: PromptDoor;
  /** The data directory. */
  readonly directory: string;
}

export function promptHandlers(
  { prompts }: HostCore,
  { door, directory }: PromptParts,
): Pick<Handlers, 'listPrompts' | 'answerPrompt' | 'promptImage'> {
  /** Whoever has the link may answer, so it goes to those who may anyway. */
  async function shown(prompt: PromptRecord, mayAnswer: boolean): Promise<Prompt> {
    const link = mayAnswer ? await door.linkOf(prompt) : undefined;
    return promptView(prompt, {
      ...(prompt.image === null ? {} : { imagePath: join(directory, 'prompts', prompt.image) }),
      ...(link === undefined ? {} : { link }),
    });
  }

  return {
    async listPrompts({ caller }) {
      const mayAnswer = caller.scopes.has('operate');
      return Promise.all((await prompts.list()).map((prompt) => shown(prompt, mayAnswer)));
    },
    async answerPrompt({ params, body, caller }) {
      await prompts.answer(params.id, body.text, caller.actor);
      return { ok: true };
    },
    async promptImage({ params }) {
      const image = await prompts.image(params.id);
      if (!image) throw new MusterError('NOT_FOUND', `The question ${params.id} has no picture, or is gone.`);
      return { type: isPng(image) ? 'image/png' : 'image/jpeg', body: image };
    },
  };
}
