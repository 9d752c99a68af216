import { MusterError } from '@muster/sdk';
import type { HostCore } from '../host-core.ts';
import type { Handlers } from './handler.ts';
import { promptView } from './views.ts';

const PNG = [0x89, 0x50, 0x4e, 0x47];
const isPng = (image: Uint8Array): boolean => PNG.every((byte, at) => image[at] === byte);

export const promptHandlers = ({ prompts }: HostCore): Pick<Handlers, 'listPrompts' | 'answerPrompt' | 'promptImage'> => ({
  listPrompts: async () => (await prompts.list()).map(promptView),
  async answerPrompt({ params, body, caller }) {
    await prompts.answer(params.id, body.text, caller.actor);
    return { ok: true };
  },
  async promptImage({ params }) {
    const image = await prompts.image(params.id);
    if (!image) throw new MusterError('NOT_FOUND', `The question ${params.id} has no picture, or is gone.`);
    return { type: isPng(image) ? 'image/png' : 'image/jpeg', body: image };
  },
});
