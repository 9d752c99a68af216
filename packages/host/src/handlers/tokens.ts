import type { Tokens } from '../tokens/tokens.ts';
import type { Handlers } from './handler.ts';
import { tokenView } from './views.ts';

export const tokenHandlers = (tokens: Tokens): Pick<Handlers, 'listTokens' | 'createToken' | 'revokeToken'> => ({
  listTokens: async () => (await tokens.list()).map(tokenView),
  async createToken({ body, caller }) {
    const { text, record } = await tokens.create(body, caller.actor);
    return { token: text, info: tokenView(record) };
  },
  async revokeToken({ params, caller }) {
    await tokens.revoke(params.id, caller.actor);
    return { ok: true };
  },
});
