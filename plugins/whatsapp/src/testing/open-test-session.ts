import { rm } from 'node:fs/promises';
import { profileFolder } from '@muster/sdk/browser';
import type { Challenge } from '@muster/sdk';
import type { Message } from 'whatsapp-web.js';
import type { WhatsAppState } from '../machine/states.ts';
import { Supervisor } from '../session/supervisor.ts';
import start, { type WhatsAppSimulator } from '../simulator.ts';
import { createSessionContext, createTestHost, type TestContextParts, type TestHost, type Told } from './test-session.ts';

export interface TestSession {
  readonly supervisor: Supervisor;
  readonly told: Told;
  readonly messages: Message[];
  readonly acks: { readonly id: string; readonly ack: number }[];
  /** Codes shown so far. */
  readonly codes: readonly Challenge[];
  /** State words in their order. */
  readonly path: () => string[];
  /** Without `announce-ready`, which a busy machine has too: there the library is late with its word. */
  readonly remedies: () => unknown[];
  readonly wasAnnounced: () => boolean;
  /** What it told so far counts no more, for the three above. */
  forget(): void;
  /** Resolves when it is in that state; of one that it soon leaves by itself, also when it was. */
  until(state: WhatsAppState): Promise<void>;
  /** The next code shown is scanned by this number. */
  link(number: string): Promise<void>;
}

export interface TestWorld extends AsyncDisposable {
  readonly simulator: WhatsAppSimulator;
  readonly host: TestHost;
  open(clientId: string, parts?: Partial<TestContextParts> & { readonly linkByCode?: boolean }): Promise<TestSession>;
}

const WITHIN_MS = 60_000;
/** Between two looks a session may have come to such a state and left it. */
const PASSING: ReadonlySet<WhatsAppState> = new Set(['reconnecting', 'restarting']);

/** Waits for a condition, with the reason of the wait in its failure. */
export async function until(
  what: string,
  is: () => boolean | Promise<boolean>,
  details: () => unknown = () => '',
): Promise<void> {
  const end = performance.now() + WITHIN_MS;
  while (!(await is())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${WITHIN_MS / 1_000} s ${JSON.stringify(details())}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Sessions with the real library and a real browser against the stand-in; what is open in the end is closed. */
export async function openTestWorld(
  options: { readonly knobs?: Record<string, unknown>; readonly config?: Record<string, unknown> } = {},
): Promise<TestWorld> {
  const simulator = await start({ knobs: { page: { syncMs: 200 }, ...options.knobs } });
  // No hour of the day is quiet: these sessions live in real time.
  const awake = { quietFrom: '00:00', quietUntil: '00:00' };
  const host = await createTestHost({ ...simulator.config, ...awake, heartbeatMs: 200, restartPauseMs: 50, ...options.config });
  const opened: Supervisor[] = [];

  const open: TestWorld['open'] = async (clientId, { linkByCode = false, ...parts } = {}) => {
    const { context, told } = createSessionContext(host, { account: { clientId }, ...parts });
    const messages: Message[] = [];
    const acks: { id: string; ack: number }[] = [];
    const supervisor = new Supervisor({
      context,
      clientId,
      profile: await profileFolder(host.profiles, `session-${clientId}`),
      linkByCode,
      message: (message) => void messages.push(message),
      created: () => undefined,
      voted: () => undefined,
      ack: (id, ack) => void acks.push({ id, ack }),
      ready: () => undefined,
      queued: () => 0,
    });
    opened.push(supervisor);
    const codes = (): Challenge[] => told.reports.flatMap(({ challenge }) => challenge ?? []);
    const applied = (): unknown[] =>
      told.events.filter(({ type }) => type === 'remedy.applied').map(({ fields }) => fields?.['remedy']);
    const session: TestSession = {
      supervisor,
      told,
      messages,
      acks,
      get codes() {
        return codes();
      },
      path: () => told.reports.map(({ status = '' }) => status).filter((one, index, all) => one !== all[index - 1]),
      remedies: () => applied().filter((remedy) => remedy !== 'announce-ready'),
      wasAnnounced: () => applied().includes('announce-ready'),
      forget() {
        for (const list of [told.reports, told.events, messages, acks]) list.length = 0;
      },
      until: (state) =>
        until(
          `${clientId} ${state}`,
          () => supervisor.state === state || (PASSING.has(state) && session.path().includes(state)),
          () => told.reports.map(({ status, why }) => [status, why]),
        ),
      async link(number) {
        const seen = codes().length;
        if (supervisor.state === 'stopped') supervisor.start();
        await until(
          'a code',
          () => codes().length > seen,
          () => told.reports,
        );
        simulator.service.scan(codes().at(-1)?.text ?? '', { wid: `${number}@c.us`, pushname: clientId });
        await session.until('ready');
      },
    };
    return session;
  };
  return {
    simulator,
    host,
    open,
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map((one) => one.close()));
      await simulator.close();
      await rm(host.profiles, { recursive: true, force: true });
    },
  };
}
