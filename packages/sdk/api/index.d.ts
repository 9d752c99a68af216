// index.d.ts
export { ACCOUNT_STATES } from './account.ts';
export type { Account, AccountChange, AccountState } from './account.ts';
export type { AccountTaskContext, Checkpoint, PluginTaskContext, PromptRequest, TaskContext } from './context.ts';
export { definePlugin } from './define-plugin.ts';
export { ERROR_CODES, exitCodeOf, httpStatusOf } from './error-codes.ts';
export type { ErrorCode } from './error-codes.ts';
export { changeProxy, MusterError, restAccount, retireAccount, retryLater, toMusterError } from './errors.ts';
export type { MusterErrorOptions, Remedy } from './errors.ts';
export type { AnyHttpHandler, HttpContext, HttpHandler, HttpPart, HttpRoute } from './http.ts';
export type { ExportAccount, Exporter, ImportEntry, Importer, ImportFile } from './importer.ts';
export type { Json, JsonObject } from './json.ts';
export type { AccountAction, AnyAccountAction, AnyPluginAction, Plugin, PluginAction, PluginDefinition } from './plugin.ts';
export type { Forecast, ForecastRequest, HandedOut, HandOut, LeasedAccount, PoolAccess, PooledAccount, PoolRequest, PoolStats, Rest, Supply, TakeBack, } from './pool-access.ts';
export { isSecret, secret, secretFields } from './secret.ts';
export { SIMULATOR_FAULTS } from './simulator.ts';
export type { Simulator, SimulatorFault, SimulatorModule } from './simulator.ts';
export { safeText } from './safe-text.ts';

// account.d.ts
/** The seven states every provider shares. A plugin's own status words stand beside them. */
export declare const ACCOUNT_STATES: readonly ['ready', 'busy', 'cooling', 'needs-you', 'paused', 'failed', 'retired'];
export type AccountState = (typeof ACCOUNT_STATES)[number];
/** An account as a task sees it. `data` holds the plain fields; secrets are asked for one by one. */
export interface Account<TData> {
    readonly id: string;
    /** What people call it, in one line. */
    readonly label: string;
    readonly status: string | null;
    readonly data: TData;
    /** Reveals one secret field; `undefined` when the account has none. The value is masked in logs and events from then on. */
    secret(field: string): Promise<string | undefined>;
}
export interface AccountChange<TData> {
    /** Merged into the plain fields and validated; secret fields may be given too and go to the vault. */
    readonly data?: Partial<TData>;
    /** One of the plugin's status words. */
    readonly status?: string | null;
    /** Why it is in this state, in a few words for a person. */
    readonly why?: string | null;
    /** Put away until then (ms since the epoch) when the task ends well: state `cooling`. */
    readonly restUntil?: number;
}

// context.d.ts
import type { Account, AccountChange } from './account.ts';
import type { Json } from './json.ts';
import type { PoolAccess } from './pool-access.ts';
export interface PromptRequest {
    readonly kind: 'qr' | 'otp' | 'captcha' | 'confirm' | 'text';
    readonly title: string;
    /** PNG or JPEG shown to the person. */
    readonly image?: Uint8Array;
    /** The text of a QR code. */
    readonly text?: string;
    /** After this many milliseconds the question ends with PROMPT_EXPIRED. */
    readonly expiresInMs?: number;
}
/** A note that survives a crash: saved before an irreversible step, read when the task runs again. */
export interface Checkpoint {
    /** What the previous run of this task saved last; `undefined` on a first run. */
    readonly last: Json | undefined;
    /** Resolves when the note is on disk. */
    save(note: Json): Promise<void>;
}
/** Everything a task may touch. One per task; ended with it. */
export interface TaskContext<TConfig, TInput> {
    readonly taskId: string;
    /** 1 for the first try. */
    readonly attempt: number;
    readonly config: TConfig;
    readonly input: TInput;
    readonly signal: AbortSignal;
    /** `fetch`, cancelled with the task. */
    readonly fetch: typeof fetch;
    readonly checkpoint: Checkpoint;
    /** Milliseconds since the epoch, from the host's clock. */
    now(): number;
    /** In [0, 1), from the host's random source. */
    random(): number;
    /** Waits; rejects at once when the task is stopped. */
    sleep(ms: number): Promise<void>;
    progress(done: number, total: number, note?: string): void;
    log(message: string, fields?: Readonly<Record<string, Json>>): void;
    /** Asks a person and waits, keeping the lease. Rejects with PROMPT_EXPIRED. */
    ask(prompt: PromptRequest): Promise<string>;
}
/** For an action over accounts: one task an account, which it holds on lease. */
export interface AccountTaskContext<TConfig, TAccount, TInput> extends TaskContext<TConfig, TInput> {
    readonly account: Account<TAccount>;
    /** Changes the account; durable when it resolves. */
    update(change: AccountChange<TAccount>): Promise<void>;
}
/** For an action over the plugin as a whole: one task, which leases accounts from the pool as it needs them. */
export interface PluginTaskContext<TConfig, TAccount, TInput> extends TaskContext<TConfig, TInput> {
    readonly pool: PoolAccess<TAccount>;
}

// json.d.ts
/** What a document, an input or an event may hold. */
export type Json = string | number | boolean | null | readonly Json[] | {
    readonly [key: string]: Json;
};
export type JsonObject = {
    readonly [key: string]: Json;
};

// pool-access.d.ts
import type { Account, AccountChange, AccountState } from './account.ts';
export interface PoolRequest {
    readonly count: number;
    /** Bounds of the field that the plugin declares as `rank` (inclusive). */
    readonly rank?: {
        readonly min?: number;
        readonly max?: number;
    };
    /** A filter in the language of `--where`. */
    readonly where?: string;
}
export interface LeasedAccount<TData> extends Account<TData> {
    readonly rank: number;
    /** Grows with every lease of this account; a holder with an older number is refused. */
    readonly fence: number;
}
/** An account as it stands in the pool, whoever has it. Its fence names the lease that it is under, or was under last. */
export interface PooledAccount<TData> extends LeasedAccount<TData> {
    readonly state: AccountState;
    /** Whom it is handed out to; `null` when it is free or a task holds it. */
    readonly owner: string | null;
    /** When its lease or its rest ends by itself (ms since the epoch). */
    readonly dueAt: number | null;
}
export interface Supply {
    /** How many match the request and can be had now. */
    readonly ready: number;
    /** When the next matching account comes back by itself (ms since the epoch); `null` when none will. */
    readonly nextReadyAt: number | null;
}
export interface HandOut {
    /** Who uses them from now on. */
    readonly owner: string;
    /** When they come back by themselves (ms since the epoch); `null`: they are free again at once, at the end of the circle. */
    readonly expiresAt: number | null;
}
/** Names one hand-out. */
export interface HandedOut {
    readonly id: string;
    readonly fence: number;
}
export interface Rest {
    /** Milliseconds since the epoch. */
    readonly until: number;
    readonly status?: string;
    readonly why?: string;
}
export interface TakeBack {
    /** Whom they were handed out to; without it, whoever has them. */
    readonly owner?: string;
    /** Put away until a time. */
    readonly rest?: Rest;
    /** Taken out of use: state `failed`. Without `rest` and `fail` they are free at once, where they stand in the circle. */
    readonly fail?: {
        readonly status?: string;
        readonly why: string;
    };
}
export interface PoolStats {
    readonly states: Readonly<Record<AccountState, number>>;
    /** Those that are ready, by rank, the lowest first. */
    readonly stock: readonly {
        readonly rank: number;
        readonly count: number;
    }[];
    /** To whom accounts are handed out, most first. */
    readonly owners: readonly {
        readonly owner: string;
        readonly count: number;
    }[];
    /** Those at rest by their status word, most first. */
    readonly resting: readonly {
        readonly status: string | null;
        readonly count: number;
    }[];
    /** When the next one comes back from its rest, and the last (ms since the epoch). */
    readonly rests: {
        readonly nextAt: number | null;
        readonly lastAt: number | null;
    };
    /** When the next lease ends by itself, and the last. */
    readonly leases: {
        readonly nextAt: number | null;
        readonly lastAt: number | null;
    };
}
export interface ForecastRequest {
    /** From 1 to 100,000. */
    readonly count: number;
    readonly rank?: {
        readonly min?: number;
        readonly max?: number;
    };
}
export interface Forecast {
    readonly wanted: number;
    /** How many are ready now. */
    readonly ready: number;
    /** When so many are ready if nobody takes or gives back any (ms since the epoch); `null`: not by themselves. */
    readonly at: number | null;
    /** How many are missing even when all rests and leases have ended. */
    readonly missing: number;
}
/** The pool as one task sees it. All leases it takes end with the task; those handed out stay. */
export interface PoolAccess<TData> {
    /** The next accounts in the pool's order, now leased to this task; fewer than asked for when the pool is short. */
    lease(request: PoolRequest): Promise<LeasedAccount<TData>[]>;
    /** What this task already holds: not empty only when it runs again after a crash. */
    held(): Promise<LeasedAccount<TData>[]>;
    /** In one step, durable when it resolves: all of them used now, moved to the end, and given to an owner. */
    handOut(accounts: readonly LeasedAccount<TData>[], to: HandOut): Promise<void>;
    /** Back to exactly the place they came from, as if never taken. */
    giveBack(accounts: readonly LeasedAccount<TData>[]): Promise<void>;
    /** Put away until a time. */
    rest(account: LeasedAccount<TData>, rest: Rest): Promise<void>;
    /** Taken out of use: state `failed`, with the plugin's status word. */
    fail(account: LeasedAccount<TData>, verdict: {
        readonly status?: string;
        readonly why: string;
    }): Promise<void>;
    supply(request: Omit<PoolRequest, 'count'>): Promise<Supply>;
    /** What of this plugin is handed out to an owner now, its lease still running; in the order of the circle. */
    handedOutTo(owner: string): Promise<PooledAccount<TData>[]>;
    /** Accounts by the fields of an identity, one answer for each, `undefined` where there is none. */
    find(identities: readonly Partial<TData>[]): Promise<(PooledAccount<TData> | undefined)[]>;
    /**
     * Ends such leases before their time. Also takes a verdict on accounts that are free again, as long as nobody had them
     * since. Returns the ids of those that have moved on (another lease, another owner, gone): nothing happened to them.
     */
    takeBack(accounts: readonly HandedOut[], from: TakeBack): Promise<readonly string[]>;
    /** Renews leases of an owner until then (ms since the epoch). Returns the ids of those that have moved on. */
    extend(accounts: readonly HandedOut[], to: {
        readonly owner: string;
        readonly expiresAt: number;
    }): Promise<readonly string[]>;
    /** Changes one that is handed out, or free; LEASE_LOST when it was leased to somebody else since. */
    update(account: HandedOut, change: Omit<AccountChange<TData>, 'restUntil'>): Promise<void>;
    /** Figures of all of the plugin's accounts; cheap at any number of them. */
    stats(): Promise<PoolStats>;
    forecast(request: ForecastRequest): Promise<Forecast>;
}

// define-plugin.d.ts
import type { z } from 'zod';
import type { Plugin, PluginDefinition } from './plugin.ts';
/** Declares a provider. Keep the module cheap to import: load browsers, panels and parsers lazily. */
export declare function definePlugin<C extends z.ZodObject, A extends z.ZodObject, I extends Record<string, z.ZodObject> = Record<never, z.ZodObject>, J extends Record<string, z.ZodObject> = Record<never, z.ZodObject>, O extends z.ZodObject = z.ZodObject>(definition: PluginDefinition<C, A, I, J, O>): Plugin;

// plugin.d.ts
import type { z } from 'zod';
import type { AccountState } from './account.ts';
import type { AccountTaskContext, PluginTaskContext } from './context.ts';
import type { HttpPart } from './http.ts';
import type { Exporter, Importer } from './importer.ts';
import type { SimulatorModule } from './simulator.ts';
interface ActionBase<TInput extends z.ZodObject, TContext> {
    readonly title: string;
    readonly description?: string;
    readonly input: TInput;
    /**
     * What the host does with a task that a crash interrupted: `again` runs it once more (it is idempotent, or reads
     * `checkpoint.last`), `uncertain` leaves it for a person. Default `uncertain`.
     */
    readonly afterCrash?: 'again' | 'uncertain';
    /** Cannot be undone: surfaces ask before it runs. */
    readonly dangerous?: boolean;
    /** Tries of one task, the first included. Default 3. */
    readonly maxAttempts?: number;
    run(ctx: TContext): Promise<unknown>;
}
/** A verb over chosen accounts: one task for each. */
export interface AccountAction<TConfig, TAccount, TInput extends z.ZodObject> extends ActionBase<TInput, AccountTaskContext<TConfig, TAccount, z.output<TInput>>> {
    /** Tasks at once, unless the operator says otherwise. Default 5. */
    readonly concurrency?: number;
    /** States in which an account can take it. Default: `ready`, `cooling`, `failed`. */
    readonly from?: readonly AccountState[];
}
/** A verb over the plugin as a whole: one task. */
export type PluginAction<TConfig, TAccount, TInput extends z.ZodObject> = ActionBase<TInput, PluginTaskContext<TConfig, TAccount, z.output<TInput>>>;
export interface PluginDefinition<C extends z.ZodObject, A extends z.ZodObject, I extends Record<string, z.ZodObject>, J extends Record<string, z.ZodObject>, O extends z.ZodObject> {
    /** kebab-case. */
    readonly id: string;
    readonly title: string;
    readonly config: C;
    /** Mark what belongs in the vault with `secret()`. */
    readonly account: A;
    /** Each entry is a list of fields that together are unique in the plugin (compared without case); at most two entries. */
    readonly identity: readonly [readonly string[], (readonly string[])?];
    /** The name people see; default: the first identity joined with `/`. */
    readonly label?: (data: z.output<A>) => string;
    /** A whole-number field by which the pool selects (a level, a class). */
    readonly rank?: string;
    /** The plugin's own status words, and the state each one means. */
    readonly statuses?: Readonly<Record<string, AccountState>>;
    readonly actions?: {
        readonly [K in keyof I]: AccountAction<z.output<C>, z.output<A>, I[K]>;
    };
    readonly pluginActions?: {
        readonly [K in keyof J]: PluginAction<z.output<C>, z.output<A>, J[K]>;
    };
    readonly import?: {
        readonly options: O;
        load(): Promise<{
            readonly default: Importer<z.output<O>>;
        }>;
    };
    /** Paths of other tools that this plugin answers; served by the host behind its own doors. */
    readonly http?: HttpPart;
    /** By format name. */
    readonly exports?: Readonly<Record<string, () => Promise<{
        readonly default: Exporter;
    }>>>;
    /** Made-up accounts for "try the demo", worked on against the simulator. */
    readonly demo?: (count: number) => readonly Record<string, unknown>[];
    /** Loaded by tests, the demo and `muster sim` only. */
    readonly simulator?: () => Promise<SimulatorModule>;
}
export type AnyAccountAction = AccountAction<any, any, z.ZodObject>;
export type AnyPluginAction = PluginAction<any, any, z.ZodObject>;
/** A declared plugin, its types erased: what the host works with. */
export interface Plugin {
    readonly id: string;
    readonly title: string;
    readonly config: z.ZodObject;
    readonly account: z.ZodObject;
    readonly identity: readonly (readonly string[])[];
    readonly label: (data: Readonly<Record<string, unknown>>) => string;
    readonly rank: string | undefined;
    readonly statuses: Readonly<Record<string, AccountState>>;
    readonly actions: Readonly<Record<string, AnyAccountAction>>;
    readonly pluginActions: Readonly<Record<string, AnyPluginAction>>;
    readonly import: {
        readonly options: z.ZodObject;
        load(): Promise<{
            readonly default: Importer<never>;
        }>;
    } | undefined;
    readonly http: HttpPart | undefined;
    readonly exports: Readonly<Record<string, () => Promise<{
        readonly default: Exporter;
    }>>>;
    readonly demo: ((count: number) => readonly Record<string, unknown>[]) | undefined;
    readonly simulator: (() => Promise<SimulatorModule>) | undefined;
}
export {};

// http.d.ts
import type { z } from 'zod';
import type { Json } from './json.ts';
import type { PoolAccess } from './pool-access.ts';
/** A fixed path that people already call, such as the one of a tool that a plugin stands in for. */
export interface HttpRoute {
    readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    /** Starts with `/`; a part in braces is a parameter: `/api/session/{clientId}`. The host's own paths cannot be taken. */
    readonly path: string;
    readonly summary: string;
    /** What a token must be allowed to call it: all of these. An answer with secrets in it needs `secrets`. */
    readonly scopes: readonly ('read' | 'operate' | 'secrets' | 'admin')[];
    /** Of the query, whose values are text. What it does not name is passed over. A request that does not fit is answered with 400. */
    readonly query?: z.ZodObject;
    /** Of the body, which is then read as JSON whatever its content-type says. */
    readonly body?: z.ZodType;
    /** For the description in /openapi.json. */
    readonly response?: z.ZodType;
}
/** What a handler may touch beside the request. Leases that it takes and does not hand out end with the answer. */
export interface HttpContext<TConfig, TAccount, TQuery = unknown, TBody = unknown> {
    /** By the names in the path, decoded. */
    readonly params: Readonly<Record<string, string>>;
    /** As the schema of the route has it; every value as text where there is none. */
    readonly query: TQuery;
    /** As the schema of the route has it, and then read already; `undefined` where there is none: the request holds it. */
    readonly body: TBody;
    /** The name of the token, or `local`. */
    readonly actor: string;
    readonly config: TConfig;
    readonly pool: PoolAccess<TAccount>;
    /** Ends when the client goes away. */
    readonly signal: AbortSignal;
    /** Milliseconds since the epoch, from the host's clock. */
    now(): number;
    log(message: string, fields?: Readonly<Record<string, Json>>): void;
}
/**
 * Answers one route. A body that streams keeps the context alive until it has ended. What a handler throws becomes the
 * host's error answer, with the status of the error's code.
 */
export type HttpHandler<TConfig, TAccount, TQuery = unknown, TBody = unknown> = (request: Request, context: HttpContext<TConfig, TAccount, TQuery, TBody>) => Promise<Response>;
export type AnyHttpHandler = HttpHandler<any, any, any, any>;
/** The http part of a plugin: its routes by name, and a module with a handler for each. */
export interface HttpPart {
    readonly routes: Readonly<Record<string, HttpRoute>>;
    load(): Promise<{
        readonly default: Readonly<Record<string, AnyHttpHandler>>;
    }>;
}

// importer.d.ts
/** One file as an importer gets it. Bytes arrive in pieces; a file is never in memory whole. */
export interface ImportFile {
    readonly name: string;
    readonly bytes: AsyncIterable<Uint8Array>;
}
/** What an importer says of a file, in the order of the file. */
export type ImportEntry = {
    readonly kind: 'account';
    readonly line: number;
    readonly data: Readonly<Record<string, unknown>>;
} | {
    readonly kind: 'rejected';
    readonly line: number;
    readonly reason: string;
} | {
    readonly kind: 'warning';
    readonly reason: string;
    readonly line?: number;
}
/** Once a file, when known; a later one wins. */
 | {
    readonly kind: 'file';
    readonly format: string;
    readonly encoding: string;
};
/** `data` of an account entry holds every field, secrets in the clear: the host seals them before they are stored. */
export type Importer<TOptions> = (file: ImportFile, options: TOptions, signal: AbortSignal) => AsyncIterable<ImportEntry>;
/** One account on its way out. Secrets are there only when the operator asked twice. */
export interface ExportAccount {
    readonly label: string;
    readonly status: string | null;
    readonly data: Readonly<Record<string, unknown>>;
}
export type Exporter = (accounts: AsyncIterable<ExportAccount>) => AsyncIterable<string>;

// simulator.d.ts
export declare const SIMULATOR_FAULTS: readonly ['rate-limit', 'server-error', 'timeout', 'bad-credentials'];
export type SimulatorFault = (typeof SIMULATOR_FAULTS)[number];
/** A real server on 127.0.0.1 that speaks the provider's contract. */
export interface Simulator {
    readonly url: string;
    /** The plugin's config that points at this simulator. */
    readonly config: Readonly<Record<string, unknown>>;
    /** Makes the next `count` requests fail in this way. */
    fault(kind: SimulatorFault, count?: number): void;
    /** What the simulator saw, for tests to read back. */
    counters(): Readonly<Record<string, number>>;
    close(): Promise<void>;
}
/** Default export of a simulator module. `knobs` is validated by its schema; `port` 0 takes any free one. */
export interface SimulatorModule {
    readonly default: (options?: {
        readonly port?: number;
        readonly knobs?: Readonly<Record<string, unknown>>;
    }) => Promise<Simulator>;
}

// error-codes.d.ts
interface CodeFacts {
    /** HTTP status of an answer with this code. */
    readonly http: number;
    /** Exit code of the command line. */
    readonly exit: number;
    readonly meaning: string;
}
/** Every code muster itself gives, never reused for another meaning. HTTP and exit codes are derived from here. */
export declare const ERROR_CODES: {
    readonly INTERNAL: CodeFacts;
    readonly ABORTED: CodeFacts;
    readonly BAD_INPUT: CodeFacts;
    readonly BAD_FILTER: CodeFacts;
    readonly BAD_REQUEST: CodeFacts;
    readonly NOT_FOUND: CodeFacts;
    readonly CONFLICT: CodeFacts;
    readonly UNAUTHORIZED: CodeFacts;
    readonly FORBIDDEN: CodeFacts;
    readonly WRONG_HOST: CodeFacts;
    readonly TOO_LARGE: CodeFacts;
    readonly WRONG_TYPE: CodeFacts;
    readonly UNAVAILABLE: CodeFacts;
    readonly HOST_RUNS: CodeFacts;
    readonly HOST_GONE: CodeFacts;
    readonly NOTHING_AVAILABLE: CodeFacts;
    readonly LEASE_LOST: CodeFacts;
    readonly ACCOUNT_BUSY: CodeFacts;
    readonly ACCOUNT_STATE: CodeFacts;
    readonly RETRY_LATER: CodeFacts;
    readonly ACCOUNT_RESTS: CodeFacts;
    readonly PROXY_FAULT: CodeFacts;
    readonly INTERRUPTED: CodeFacts;
    readonly PROMPT_EXPIRED: CodeFacts;
    readonly PROMPT_UNATTENDED: CodeFacts;
    readonly PLUGIN_BROKEN: CodeFacts;
    readonly PLUGIN_INCOMPATIBLE: CodeFacts;
    readonly STORE_CORRUPT: CodeFacts;
    readonly STORE_FAILED: CodeFacts;
    readonly STORE_CONFLICT: CodeFacts;
    readonly STORE_VERSION: CodeFacts;
    readonly DATA_DIR: CodeFacts;
    readonly VAULT_LOCKED: CodeFacts;
    readonly VAULT_NO_KEY: CodeFacts;
    readonly VAULT_WEAK_KEY: CodeFacts;
    readonly VAULT_KEY_FILE: CodeFacts;
    readonly VAULT_KEY_FORMAT: CodeFacts;
    readonly VAULT_KDF: CodeFacts;
    readonly VAULT_FORMAT: CodeFacts;
    readonly VAULT_TAMPERED: CodeFacts;
    readonly VAULT_UNKNOWN_KEY: CodeFacts;
    readonly VAULT_CORRUPT: CodeFacts;
    readonly VAULT_VERSION: CodeFacts;
};
export type ErrorCode = keyof typeof ERROR_CODES;
export declare const httpStatusOf: (value: string) => number;
export declare const exitCodeOf: (value: string) => number;
export {};

// errors.d.ts
import type { ErrorCode } from './error-codes.ts';
/** What the engine does with the task that threw. */
export type Remedy = 'fail' | 'retry' | 'rest-account' | 'retire-account' | 'change-proxy';
export interface MusterErrorOptions extends ErrorOptions {
    readonly remedy?: Remedy;
    /** With `retry` and `rest-account`: not before this many milliseconds from now. */
    readonly retryAfterMs?: number;
    /** With `rest-account` and `retire-account`: the plugin's own status word for the account. */
    readonly status?: string;
    /** Plain facts for a program that reads the error; never a secret. */
    readonly details?: Readonly<Record<string, unknown>>;
}
/**
 * The one error class. `code` is the stable contract (see `ERROR_CODES`; plugins may add their own, UPPER_SNAKE),
 * `message` says what happened, to which thing, and what to do now.
 */
export declare class MusterError extends Error {
    readonly code: string;
    readonly remedy: Remedy;
    readonly retryAfterMs: number | undefined;
    readonly status: string | undefined;
    readonly details: Readonly<Record<string, unknown>> | undefined;
    constructor(code: ErrorCode | (string & {}), message: string, options?: MusterErrorOptions);
}
/** Something passing is in the way (network, 5xx): try again with backoff. */
export declare const retryLater: (message: string, options?: Omit<MusterErrorOptions, 'remedy'>) => MusterError;
/** The service asked this account to slow down. Costs no attempt. */
export declare const restAccount: (message: string, retryAfterMs: number, options?: Omit<MusterErrorOptions, 'remedy'>) => MusterError;
/** The account itself is unusable: wrong password, banned, closed. */
export declare const retireAccount: (code: string, message: string, options?: Omit<MusterErrorOptions, 'remedy'>) => MusterError;
/** The way out is at fault, not the account. Costs no attempt. */
export declare const changeProxy: (message: string, options?: Omit<MusterErrorOptions, 'remedy'>) => MusterError;
/** Any thrown value as a MusterError; what is not one becomes `INTERNAL` with its cause kept. */
export declare function toMusterError(thrown: unknown): MusterError;

// secret.d.ts
import type { z } from 'zod';
/** Marks a field that lives in the vault: never logged, never sent to a client, revealed only to the task that asks. */
export declare const secret: <T extends z.ZodType>(schema: T) => T;
/** True for a marked schema, also inside `optional()`, `nullable()` or `default()`. */
export declare function isSecret(schema: z.ZodType): boolean;
/** The names of an account schema's secret fields. */
export declare const secretFields: (schema: z.ZodObject) => string[];

// safe-text.d.ts
/**
 * Text from outside as it may be shown on one line of a terminal: line breaks and tabs become a space, anything else that
 * could steer the terminal or hide becomes `�`, and what is longer than `maxLength` UTF-16 units is cut with `…`.
 */
export declare function safeText(text: string, maxLength?: number): string;

// testing/index.d.ts
export { definePluginTests } from './define-plugin-tests.ts';
export type { PluginTestOptions } from './define-plugin-tests.ts';
export { createTestContext } from './test-context.ts';
export type { Seen, TestContext, TestContextOptions } from './test-context.ts';
export { createTestAccount, createTestPool } from './test-pool.ts';
export type { TestAccount, TestPool, TestPoolOptions } from './test-pool.ts';

// testing/define-plugin-tests.d.ts
import type { Plugin } from '../plugin.ts';
type Row = Readonly<Record<string, unknown>>;
type Input = Row | ((place: {
    readonly folder: string;
}) => Row);
export interface PluginTestOptions {
    /** Valid accounts with their secrets, two at least. The first is the one that actions over accounts run on. */
    readonly accounts: readonly Row[];
    /** A valid input for every action; as a function where it names a file: `folder` is empty and gone afterwards. */
    readonly inputs: Readonly<Record<string, Input>>;
    /** Settings beside those that point at the simulator. */
    readonly config?: Row;
}
/** The conformance kit: what the host and its surfaces rely on, tried against the plugin's own simulator. */
export declare function definePluginTests(plugin: Plugin, options: PluginTestOptions): void;
export {};

// testing/test-context.d.ts
import type { AccountChange } from '../account.ts';
import type { AccountTaskContext, PluginTaskContext, PromptRequest } from '../context.ts';
import type { Json } from '../json.ts';
import type { Plugin } from '../plugin.ts';
import { type TestAccount, type TestPool } from './test-pool.ts';
type Data = Readonly<Record<string, unknown>>;
/** What a task did, as the host would have seen it. */
export interface Seen {
    readonly progress: {
        readonly done: number;
        readonly total: number;
        readonly note: string;
    }[];
    readonly logs: {
        readonly message: string;
        readonly fields: Readonly<Record<string, Json>>;
    }[];
    readonly updates: AccountChange<Data>[];
    readonly asked: PromptRequest[];
    /** Checkpoints, oldest first. */
    readonly saved: Json[];
    /** Names of the secret fields that were revealed. */
    readonly revealed: string[];
}
export interface TestContextOptions {
    readonly config?: Data;
    readonly input?: unknown;
    /** The account of an action over accounts. */
    readonly account?: Data;
    /** The pool of an action over the plugin: rows, or a pool that several tasks share. */
    readonly pool?: TestPool | readonly Data[];
    readonly signal?: AbortSignal;
    /** Default: the global one, ended with the signal. */
    readonly fetch?: typeof fetch;
    /** What the last run of this task saved. */
    readonly checkpoint?: Json;
    readonly taskId?: string;
    readonly attempt?: number;
    /** Answers to questions, in their order; then `000000`. */
    readonly answers?: readonly string[];
    /** Milliseconds since the epoch when the task starts. Time passes only by `sleep`, which does not wait. */
    readonly now?: number;
}
export interface TestContext {
    /** Fits actions over accounts and over the plugin. */
    readonly context: AccountTaskContext<Data, Data, Data> & PluginTaskContext<Data, Data, Data>;
    readonly seen: Seen;
    readonly pool: TestPool;
    /** The account of the task, as its updates left it. */
    readonly account: TestAccount;
}
/** A task's context in memory, with a clock of its own: what it is told is kept in `seen`. */
export declare function createTestContext(plugin: Plugin, options?: TestContextOptions): TestContext;
export {};

// testing/test-pool.d.ts
import type { AccountState } from '../account.ts';
import type { Plugin } from '../plugin.ts';
import type { PoolAccess } from '../pool-access.ts';
type Data = Readonly<Record<string, unknown>>;
/** An account of the test pool, all of it. */
export interface TestAccount {
    readonly id: string;
    readonly label: string;
    data: Data;
    readonly secrets: Readonly<Record<string, string>>;
    readonly rank: number;
    state: AccountState;
    status: string | null;
    why: string | null;
    order: number;
    fence: number;
    /** The task or owner that has it. */
    holder: string | null;
    dueAt: number | null;
    uses: number;
}
export interface TestPoolOptions {
    readonly now: () => number;
    /** What an earlier pool left (see `changed`), in place of `rows`. */
    readonly state?: readonly TestAccount[];
    /** Told after each change, before the caller is: where a test writes the state down. */
    readonly changed?: (accounts: readonly TestAccount[]) => void;
}
/** A pool in memory with the promises of the real one, least recently used first. */
export interface TestPool {
    readonly accounts: readonly TestAccount[];
    /** The pool as one task sees it. */
    access(holder: string): PoolAccess<Data>;
}
export declare function createTestPool(plugin: Plugin, rows: readonly Data[], { now, state, changed }: TestPoolOptions): TestPool;
/** A row as an account of the test pool, its secrets apart, validated by the plugin's schema. */
export declare function createTestAccount(plugin: Plugin, row: Data, index?: number): TestAccount;
export {};
