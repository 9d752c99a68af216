import { ApiError, type Client, type OperationId, type WatchMessage } from '@muster/api';
import { ACCOUNT_ANSWERS } from './fake-accounts.ts';
import { HOOK_ANSWERS } from './fake-hooks.ts';
import type { Answers, Call } from './fake-call.ts';
import type { FakeHost } from './fake-host.ts';
import { fakeImport } from './fake-import.ts';
import { JOB_ANSWERS } from './fake-jobs.ts';
import { LIVE_ANSWERS } from './fake-live.ts';
import { DEMO_PLUGIN, PLUGIN_ANSWERS } from './fake-plugin.ts';
import { fakeChecks, PROXY_ANSWERS } from './fake-proxies.ts';
import { createFakeRoster } from './fake-roster.ts';
import { SCHEDULE_ANSWERS } from './fake-schedules.ts';
import { SETTING_ANSWERS } from './fake-settings.ts';

export type { FakeHost } from './fake-host.ts';

const ANSWERS: Answers<FakeHost> = {
  ...ACCOUNT_ANSWERS,
  ...HOOK_ANSWERS,
  ...JOB_ANSWERS,
  ...LIVE_ANSWERS,
  ...PLUGIN_ANSWERS,
  ...PROXY_ANSWERS,
  ...SCHEDULE_ANSWERS,
  ...SETTING_ANSWERS,
  listPrompts: (host) => host.prompts,
  answerPrompt: (host, { params }) => {
    host.prompts = host.prompts.filter(({ id }) => id !== params?.['id']);
    return { ok: true };
  },
};

export function createFakeHost({ accounts = 0 }: { readonly accounts?: number } = {}): FakeHost {
  const listeners = new Set<(message: WatchMessage | null) => void>();
  const gone = (): ApiError => new ApiError('HOST_GONE', 'No host answers.');

  async function* watch(signal: AbortSignal | undefined): AsyncGenerator<WatchMessage> {
    if (host.gone) throw gone();
    const queue: (WatchMessage | null)[] = [{ kind: 'hello', lastSeq: host.events.at(-1)?.seq ?? 0 }];
    let wake = (): void => {};
    const listener = (message: WatchMessage | null): void => {
      queue.push(message);
      wake();
    };
    listeners.add(listener);
    const stop = (): void => listener(null);
    signal?.addEventListener('abort', stop);
    try {
      for (;;) {
        const message = queue.shift();
        if (message === null) throw gone();
        if (message) yield message;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      listeners.delete(listener);
      signal?.removeEventListener('abort', stop);
    }
  }

  const client = {
    async call(operation: OperationId, args: Call['args'] = {}, signal?: AbortSignal): Promise<unknown> {
      host.calls.push({ operation, args });
      await new Promise((resolve) => setTimeout(resolve, 0));
      signal?.throwIfAborted();
      if (host.gone) throw gone();
      const answer = ANSWERS[operation];
      if (!answer) throw new ApiError('NOT_FOUND', `The fake host has no ${operation}.`);
      return answer(host, args);
    },
    async *stream(
      operation: OperationId,
      args: Call['args'] = {},
      options: { signal?: AbortSignal; upload?: AsyncIterable<Uint8Array> } = {},
    ): AsyncGenerator {
      if (operation === 'watch') yield* watch(options.signal);
      else if (operation === 'checkProxies') yield* fakeChecks(host);
      else {
        host.calls.push({ operation, args });
        yield* fakeImport(options.upload);
      }
    },
    async bytes(): Promise<Response> {
      return new Response(new Uint8Array(host.picture));
    },
    async close(): Promise<void> {},
  } as unknown as Client;

  const host: FakeHost = {
    client,
    roster: createFakeRoster(accounts),
    calls: [],
    jobs: [],
    prompts: [],
    events: [],
    plugins: [DEMO_PLUGIN],
    sessions: [],
    challenges: {},
    rotations: [],
    pages: {},
    picture: new Uint8Array(),
    schedules: [],
    hooks: [],
    deliveries: [],
    proxies: [],
    proxiesOfAccounts: {},
    proxySettings: { echoUrl: null, checkEveryMs: 600_000, checksAtOnce: 50, timeoutMs: 10_000 },
    gone: false,
    say(message) {
      for (const listener of Array.from(listeners)) listener(message);
    },
    drop() {
      for (const listener of Array.from(listeners)) listener(null);
    },
  };
  return host;
}
