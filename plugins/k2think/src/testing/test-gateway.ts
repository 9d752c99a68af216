import OpenAI, { APIError } from 'openai';
import startSimulator, { type K2ThinkSimulator } from '../simulator/index.ts';
import { openTestService, TOKEN, type TestService } from './test-service.ts';

export const MODEL = 'MBZUAI-IFM/K2-Think-v2';
export const messages = [{ role: 'user' as const, content: 'How is the lake?' }];
/** What the simulator answers with its usual eight tokens. */
export const WORDS = 'The heron waits in the reeds, and';

export interface TestGateway extends AsyncDisposable {
  readonly simulator: K2ThinkSimulator;
  readonly test: TestService;
  readonly url: string;
  readonly openai: OpenAI;
}

/** A simulator, the service over these accounts, its gateway, and the official client on it. */
export async function openGateway(
  rows: readonly Readonly<Record<string, unknown>>[],
  { knobs = {}, config = {}, maxRetries = 0 }: { knobs?: object; config?: object; maxRetries?: number } = {},
): Promise<TestGateway> {
  const simulator = await startSimulator({ knobs: { ...knobs } });
  const test = await openTestService(rows, {
    ...simulator.config,
    cooldownMs: 0,
    signInCooldownMs: 0,
    signInRateLimit: 10,
    ...config,
  });
  const url = await test.listen();
  return {
    simulator,
    test,
    url,
    openai: new OpenAI({ baseURL: url, apiKey: TOKEN, maxRetries }),
    async [Symbol.asyncDispose]() {
      await test[Symbol.asyncDispose]();
      await simulator.close();
    },
  };
}

export const ask = async ({ openai }: TestGateway): Promise<Readonly<Record<string, unknown>>> => ({
  ...(await openai.chat.completions.create({ model: MODEL, messages })),
});

/** What the official client throws. */
export const thrown = async (work: Promise<unknown>): Promise<APIError> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof APIError) return error;
    throw error;
  }
  throw new Error('it was answered');
};
