import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { AccountAccess, KnownAccount } from '../account-access.ts';
import { ACCOUNT_STATES } from '../account.ts';
import { MusterError, toMusterError } from '../errors.ts';
import type { ExportAccount, SingleImportEntry } from '../importer.ts';
import type { Json } from '../json.ts';
import type { PromptRequest } from '../context.ts';
import type { Plugin } from '../plugin.ts';
import { secretFields } from '../secret.ts';
import type { RequestRotation, RotationSettings } from '../rotation.ts';
import type { PluginService } from '../plugin-runtime.ts';
import type { LiveSession } from '../session.ts';
import type { Simulator } from '../simulator.ts';
import { watchOutside } from './loopback-only.ts';
import { createTestContext, type TestContext } from './test-context.ts';
import { createTestAccount, createTestPool, type TestPool } from './test-pool.ts';
import { createTestServiceContext } from './test-service-context.ts';

type Row = Readonly<Record<string, unknown>>;
interface Place {
  readonly folder: string;
  /** Where the plugin's own files and its profiles are. */
  readonly own: string;
}
type Input = Row | ((place: Place) => Row);

export interface PluginTestOptions {
  /** Valid accounts with their secrets, two at least. The first is the one that actions over accounts run on. */
  readonly accounts: readonly Row[];
  /** A valid input for every action; as a function where it names a file: `folder` is empty and gone afterwards. */
  readonly inputs: Readonly<Record<string, Input>>;
  /** Settings beside those that point at the simulator. */
  readonly config?: Row;
  /** Stands for the person who is asked. Default: `000000`. */
  readonly answer?: (prompt: PromptRequest, simulator: Simulator) => Promise<string>;
  /** What has to be there before an action runs: lists that a service keeps, files of the plugin. */
  readonly prepare?: (service: PluginService | undefined, place: Place) => Promise<void>;
  /** The live session for actions that go through one. Whoever opens it closes it after the tests. */
  readonly session?: (action: string) => Promise<LiveSession>;
  /** For a service that opens a rotation: one over the accounts. */
  readonly rotation?: (settings: RotationSettings) => RequestRotation<Row>;
}

interface Run {
  readonly context: TestContext;
  readonly output: unknown;
  readonly error: MusterError | undefined;
}

/** Longer than this no stopped task may go on, not even on a machine that is busy. */
const STOP_WITHIN_MS = 10_000;

interface LoadedPart {
  readonly what: string;
  load(): Promise<{ readonly default: unknown }>;
  /** Names of the functions that it holds; it is one itself where there are none. */
  readonly handlers?: readonly string[];
}

/** The parts that the host loads when somebody asks for them: one that is not there would be found out by an operator. */
function loadedParts({ service, session, http, views }: Plugin): LoadedPart[] {
  return [
    ...(service ? [{ what: 'the service', load: () => service.load() }] : []),
    ...(session ? [{ what: 'the session', load: () => session.load() }] : []),
    ...(http ? [{ what: 'the handler of every path', load: () => http.load(), handlers: Object.keys(http.routes) }] : []),
    ...Object.entries(views).map(([name, view]) => ({ what: `the view ${name}`, load: () => view.load() })),
  ];
}

/** The conformance kit: what the host and its surfaces rely on, tried against the plugin's own simulator. */
export function definePluginTests(plugin: Plugin, options: PluginTestOptions): void {
  const { accounts, answer, rotation, prepare, session } = options;
  const hidden = secretFields(plugin.account);
  const secrets = accounts.flatMap((row) => hidden.map((field) => row[field])).filter((value) => typeof value === 'string');

  const actions = Object.entries({ ...plugin.actions, ...plugin.pluginActions });
  const schemas: { readonly name: string; readonly schema: z.ZodObject }[] = [
    { name: 'the config', schema: plugin.config },
    { name: 'the account', schema: plugin.account },
    ...(plugin.import ? [{ name: 'the import options', schema: plugin.import.options }] : []),
    ...actions.map(([name, { input }]) => ({ name: `the input of ${name}`, schema: input })),
  ];

  describe(`plugin ${plugin.id}`, () => {
    describe('declarations', () => {
      test.each(schemas)('a form and an API can be drawn from $name', ({ schema }) => {
        expect(z.toJSONSchema(schema, { io: 'input' })).toMatchObject({ type: 'object' });
        for (const name of Object.keys(schema.shape)) expect(name).toMatch(/^[a-z][A-Za-z0-9]*$/);
      });

      test('every account given is valid, and at least one field is kept in the vault', () => {
        expect(accounts.length).toBeGreaterThan(1);
        for (const row of accounts) expect(plugin.account.safeParse(row).error).toBeUndefined();
        expect(hidden).not.toEqual([]);
        expect(secrets.length).toBeGreaterThan(0);
      });

      test('every action has an input to be tried with', () => {
        expect(actions.map(([name]) => name).toSorted()).toEqual(Object.keys(options.inputs).toSorted());
      });

      test('status words mean states that there are', () => {
        for (const state of Object.values(plugin.statuses)) expect(ACCOUNT_STATES).toContain(state);
      });

      test('a label holds no secret', () => {
        for (const row of accounts) {
          const shown = plugin.label(
            Object.fromEntries(Object.entries(plugin.account.parse(row)).filter(([name]) => !hidden.includes(name))),
          );
          expect(shown).not.toBe('');
          for (const secret of secrets) expect(shown).not.toContain(secret);
        }
      });
    });

    test.each(loadedParts(plugin))('$what is there when it is loaded', async ({ load, handlers }) => {
      const { default: part } = await load();
      const functions = handlers ? handlers.map((name) => (part as Readonly<Record<string, unknown>>)[name]) : [part];
      for (const one of functions) expect(one).toBeTypeOf('function');
    });

    test.each(plugin.demo ? [plugin.demo] : [])('demo accounts are valid, and each is another', (demo) => {
      const rows = demo(500);
      const names = rows.map((row) => {
        const data: Row = plugin.account.parse(row);
        return (plugin.identity[0] ?? []).map((field) => String(data[field]).toLowerCase()).join('\u001f');
      });
      expect(rows).toHaveLength(500);
      expect(new Set(names).size).toBe(500);
    });

    test.each(plugin.import ? Object.keys(plugin.exports) : [])(
      'what is exported as %s is read back the same',
      async (format) => {
        const rows = accounts.map((row) => plugin.account.parse(row));
        const entries = await importText(plugin, await exportText(plugin, format, rows));
        const keys = [...(plugin.identity[0] ?? []), ...hidden];
        const pick = (row: Row): Row => Object.fromEntries(keys.map((key) => [key, row[key]]));
        expect(entries.filter(({ kind }) => kind === 'rejected')).toEqual([]);
        expect(entries.flatMap((entry) => (entry.kind === 'account' ? [pick(plugin.account.parse(entry.data))] : []))).toEqual(
          rows.map(pick),
        );
      },
    );

    const { simulator: loadSimulator } = plugin;
    if (!loadSimulator) return;
    let simulator: Simulator;
    let folder: string;
    let own: string;
    let service: PluginService | undefined;
    beforeEach(async () => {
      simulator = await (await loadSimulator()).default();
      folder = await mkdtemp(join(tmpdir(), 'muster-plugin-'));
      await openService();
      await prepareAll();
    });
    const openService = async (): Promise<void> => {
      own = await mkdtemp(join(tmpdir(), 'muster-plugin-data-'));
      if (!plugin.service) return;
      const config = plugin.config.parse({ ...options.config, ...simulator.config });
      service = await (
        await plugin.service.load()
      ).default(
        createTestServiceContext({
          directory: own,
          config,
          accounts: readAccounts(plugin, accounts),
          ...(rotation && { rotation }),
        }).context,
      );
    };
    const prepareAll = async (): Promise<void> => {
      await prepare?.(service, { folder, own });
    };
    const closeService = async (): Promise<void> => {
      await service?.close();
      service = undefined;
      await rm(own, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    };
    afterEach(async () => {
      await closeService();
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    });

    test('the simulator listens on this machine only, and its settings are valid', () => {
      expect(new URL(simulator.url).hostname).toBe('127.0.0.1');
      expect(plugin.config.safeParse({ ...options.config, ...simulator.config }).error).toBeUndefined();
    });

    const run = async (
      name: string,
      more: { readonly signal?: AbortSignal; readonly pool?: TestPool; readonly checkpoint?: Json | undefined } = {},
    ): Promise<Run> => {
      const action = plugin.actions[name] ?? plugin.pluginActions[name];
      const given = options.inputs[name];
      const { checkpoint, ...rest } = more;
      const live = name in plugin.actions && plugin.actions[name]?.throughSession === true ? await session?.(name) : undefined;
      const context = createTestContext(plugin, {
        config: { ...options.config, ...simulator.config },
        input: action?.input.parse(typeof given === 'function' ? given({ folder, own }) : given),
        account: accounts[0] ?? {},
        pool: createTestPool(plugin, accounts, { now: () => 0 }),
        ...(service && { service }),
        ...(live && { session: live }),
        ...(answer && { answer: (prompt: PromptRequest) => answer(prompt, simulator) }),
        ...(checkpoint !== undefined && { checkpoint }),
        ...rest,
      });
      return Promise.resolve(action?.run(context.context)).then(
        (output) => ({ context, output, error: undefined }),
        (thrown: unknown) => ({ context, output: undefined, error: toMusterError(thrown) }),
      );
    };
    const requests = (): number => Object.values(simulator.counters()).reduce((sum, count) => sum + count, 0);

    describe.each(actions)('action %s', (name, { afterCrash }) => {
      test('finishes against the simulator, its progress going one way, and reaches nothing beyond this machine', async () => {
        const outside = watchOutside();
        const { error, output, context } = await run(name);
        outside.stop();
        expect(error).toBeUndefined();
        expect(() => JSON.stringify(output)).not.toThrow();
        const steps = context.seen.progress.map(({ done }) => done);
        expect(steps.length).toBeGreaterThan(0);
        expect(steps).toEqual(steps.toSorted((a, b) => a - b));
        for (const { done, total } of context.seen.progress) expect(done).toBeLessThanOrEqual(total);
        expect(outside.reached).toEqual([]);
      });

      test.each(['rate-limit', 'server-error'] as const)('blames no account for a %s of the service', async (fault) => {
        await run(name);
        // An action that never asks the service cannot be refused by it.
        if (requests() === 0) return;
        await rm(folder, { recursive: true, force: true });
        folder = await mkdtemp(join(tmpdir(), 'muster-plugin-'));
        // One that remembers nothing of the first run.
        await closeService();
        await openService();
        simulator.fault(fault, 1_000);
        const { error, context } = await run(name);
        expect(['retry', 'rest-account', 'change-proxy']).toContain(error?.remedy);
        expect(error?.retryAfterMs ?? 0).toBeGreaterThan(fault === 'rate-limit' ? 0 : -1);
        expect(context.pool.accounts.filter(({ state }) => state !== 'ready')).toEqual([]);
      });

      test('stops when it is cancelled, and holds nothing any more', async () => {
        simulator.fault('timeout', 1_000);
        const controller = new AbortController();
        const before = requests();
        const running = run(name, { signal: controller.signal });
        const ended = { yet: false };
        const end = (): void => void (ended.yet = true);
        void running.then(end, end);
        while (!ended.yet && requests() === before) await new Promise((resolve) => setTimeout(resolve, 5));
        controller.abort();
        const late = new Promise<'late'>((resolve) => setTimeout(resolve, STOP_WITHIN_MS, 'late').unref());
        const result = await Promise.race([running, late]);
        expect(result, `it went on for ${STOP_WITHIN_MS} ms after it was cancelled`).not.toBe('late');
        if (result === 'late') return;
        // An action that never asks the service may well have ended before.
        expect(result.error !== undefined || requests() === before).toBe(true);
        expect(result.context.pool.accounts.filter(({ holder }) => holder === 'task/task-1')).toEqual([]);
      });

      test.each([undefined, 'bad-credentials', 'server-error'] as const)('lets no secret out (%s)', async (fault) => {
        if (fault) simulator.fault(fault, 1_000);
        const { context, output, error } = await run(name);
        const seen = JSON.stringify([
          context.seen,
          output ?? null,
          context.pool.accounts.map(({ why, status }) => [why, status]),
        ]);
        const all = `${seen}\n${everythingOf(error)}`;
        for (const secret of secrets) expect(all.includes(secret), 'a secret stands in what the task said').toBe(false);
      });

      test.each(afterCrash === 'again' ? [name] : [])(
        '%s: run again after its end was not noted, it comes to the same',
        async () => {
          const first = await run(name);
          expect(first.error).toBeUndefined();
          const uses = first.context.pool.accounts.map(({ uses: count }) => count);
          const again = await run(name, { pool: first.context.pool, checkpoint: first.context.seen.saved.at(-1) });
          expect(again.error).toBeUndefined();
          expect(again.output).toEqual(first.output);
          expect(again.context.pool.accounts.map(({ uses: count }) => count)).toEqual(uses);
        },
      );
    });
  });
}

async function exportText(plugin: Plugin, format: string, rows: readonly Row[]): Promise<string> {
  const exporter = (await plugin.exports[format]?.())?.default;
  const accounts = async function* (): AsyncGenerator<ExportAccount> {
    for (const data of rows) yield { label: plugin.label(data), status: null, data };
  };
  let text = '';
  for await (const piece of exporter?.(accounts()) ?? []) text += piece;
  return text;
}

async function importText(plugin: Plugin, text: string): Promise<SingleImportEntry[]> {
  if (!plugin.import) return [];
  const { default: load } = await plugin.import.load();
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  };
  const entries: SingleImportEntry[] = [];
  const options = plugin.import.options.parse({}) as never;
  for await (const entry of load({ name: 'export', bytes: bytes() }, options, new AbortController().signal))
    entries.push(...(entry.kind === 'several' ? entry.entries : [entry]));
  return entries;
}

/** Message, stack, details and causes of an error, as a careless log would write them. */
function everythingOf(error: MusterError | undefined): string {
  const parts: string[] = [];
  for (let one: unknown = error; one instanceof Error && parts.length < 20; one = one.cause) {
    parts.push(one.message, one.stack ?? '', JSON.stringify('details' in one ? (one.details ?? null) : null));
  }
  return parts.join('\n');
}

/** The accounts as a service reads them: all of them, whatever the filter says. */
function readAccounts(plugin: Plugin, rows: readonly Row[]): AccountAccess<Row> {
  const known = rows.map((row, at): KnownAccount<Row> => {
    const { id, label, data, secrets, status, state, why } = createTestAccount(plugin, row, at);
    const none = { tags: [], priority: 1, createdAt: 0, updatedAt: 0, usedAt: 0, uses: 0, tries: 0 };
    return { id, label, data, status, state, why, ...none, secret: async (field) => secrets[field] };
  });
  const refuse = (): never => {
    throw new MusterError('UNAVAILABLE', 'A test context changes no accounts.');
  };
  return {
    get: async (id) => known.find((one) => one.id === id),
    list: async () => ({ total: known.length, accounts: known }),
    tally: async () => [{ state: 'ready', status: null, count: known.length }],
    add: refuse,
    edit: refuse,
    setState: refuse,
    remove: refuse,
  };
}
