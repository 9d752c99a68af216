import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toMusterError, type Json, type MusterError, type Simulator, type StoredRecord } from '@muster/sdk';
import { createTestContext, createTestServiceContext, type TestContext, type TestContextOptions } from '@muster/sdk/testing';
import { demoApplicants } from '../demo.ts';
import bls from '../index.ts';
import { register } from '../register/register.ts';
import type { RegisterContext } from '../register/registration.ts';
import openService, { type BlsService } from '../service.ts';
import start from '../simulator.ts';
import { answerLikeAPerson } from './person.ts';

type Row = Readonly<Record<string, unknown>>;

export interface Tried extends TestContext {
  readonly output: unknown;
  readonly error: MusterError | undefined;
}

/** The site, a browser and a service, and registrations with them. */
export interface World extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly service: BlsService;
  readonly folder: string;
  /** The service's clock, by which tasks begin. */
  now(): number;
  readonly events: readonly { readonly type: string; readonly message: string }[];
  turn(knobs: Row): Promise<void>;
  /** Turns all trouble off, and ends the pauses that it led to. */
  quiet(): Promise<void>;
  applicant(email: string): Promise<Row | undefined>;
  /** One try to register. `applicant` is the number of a made-up one. */
  register(
    applicant: number,
    options?: Omit<TestContextOptions, 'service' | 'account'> & { readonly account?: Row; readonly id?: string },
  ): Promise<Tried>;
  /** As after a kill of the host: everything in memory is gone. */
  restart(): Promise<void>;
}

const QUIET = {
  breakAnswer: 'none',
  networkFaultRate: 0,
  processingErrorRate: 0,
  errorRate: 0,
  rateLimitRate: 0,
  challengeRate: 0,
  otpWrongFirst: 0,
  otpExpiredFirst: 0,
  sessionsLostFirst: 0,
  captchaTries: 5,
  hide: [],
  latencyMs: 0,
};

export async function openWorld(knobs: Row = {}): Promise<World> {
  const simulator = await start({ knobs });
  const folder = await mkdtemp(join(tmpdir(), 'muster-bls-'));
  const kept = new Map<string, Map<string, StoredRecord<unknown>>>();
  const open = async () => {
    const test = createTestServiceContext({ directory: folder, config: bls.config.parse(simulator.config), kept });
    return { test, service: await openService(test.context as unknown as Parameters<typeof openService>[0]) };
  };
  let opened = await open();
  const turn = async (changed: Row): Promise<void> => {
    const answer = await fetch(`${simulator.url}/__knobs`, { method: 'PUT', body: JSON.stringify(changed) });
    if (!answer.ok) throw new Error(await answer.text());
  };
  return {
    simulator,
    folder,
    now: () => opened.test.context.now(),
    get service() {
      return opened.service;
    },
    get events() {
      return opened.test.events;
    },
    turn,
    async quiet() {
      await turn(QUIET);
      for (const gate of opened.service.gates().values()) await gate.resume();
    },
    async applicant(email) {
      const all = (await (await fetch(`${simulator.url}/__applicants`)).json()) as (Row & { readonly email: string })[];
      return all.find((one) => one.email === email);
    },
    async register(applicant, options = {}) {
      const { account = {}, id = `account-${applicant}`, ...rest } = options;
      const row = { ...demoApplicants(applicant).at(-1), ...account };
      const test = createTestContext(bls, {
        answer: (prompt) => answerLikeAPerson(prompt, simulator.url, String(row['email'])),
        taskId: `task-${applicant}`,
        ...rest,
        config: { ...simulator.config, stepTimeoutMs: 10_000, ...rest.config },
        service: opened.service,
        account: row,
        now: rest.now ?? opened.test.context.now(),
      });
      Object.defineProperty(test.context.account, 'id', { value: id });
      return register(test.context as unknown as RegisterContext).then(
        (output) => ({ ...test, output, error: undefined }),
        (thrown: unknown) => ({ ...test, output: undefined, error: toMusterError(thrown) }),
      );
    },
    async restart() {
      await opened.service.close();
      opened = await open();
    },
    async [Symbol.asyncDispose]() {
      await opened.service.close();
      await simulator.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** The e-mail address of a made-up applicant. */
export const emailOf = (applicant: number): string => String(demoApplicants(applicant).at(-1)?.['email']);

/** The checkpoint that a killed task left behind. */
export const lastNote = (tried: Tried): Json | undefined => tried.seen.saved.at(-1);
