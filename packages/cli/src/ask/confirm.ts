import { MusterError } from '@muster/sdk';
import type { Context } from '../context.ts';
import { confirmByTyping } from './question.ts';

/** Asks a person to type `word`; where nobody can be asked, says that --yes is needed. */
export async function refuseOrAsk(context: Context, what: string, word: string): Promise<void> {
  if (!context.interactive) throw new MusterError('BAD_REQUEST', `${what} Add --yes to do it without being asked.`);
  await confirmByTyping(what, word, context.signal);
}
