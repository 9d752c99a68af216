import { MusterError } from '@muster/sdk';
import type { Tokens } from './tokens.ts';

/** Whose token a text is, for doors that plugins open themselves; undefined when it is none that may operate. */
export const operatorOf =
  (tokens: Pick<Tokens, 'authenticate'>) =>
  async (text: string): Promise<{ readonly actor: string } | undefined> => {
    try {
      const { actor, scopes, reach } = await tokens.authenticate(text);
      return scopes.has('operate') && !reach ? { actor } : undefined;
    } catch (thrown) {
      if (thrown instanceof MusterError && thrown.code === 'UNAUTHORIZED') return undefined;
      throw thrown;
    }
  };
