// index.d.ts
export { ACCOUNT_STATES } from './account.ts';
export type { Account, AccountChange, AccountState } from './account.ts';
export type { AccountAccess, AccountQuery, JobAccess, KnownAccount, KnownJob } from './account-access.ts';
export type { AccountTaskContext, Checkpoint, PluginTaskContext, PromptRequest, TaskContext } from './context.ts';
export { definePlugin } from './define-plugin.ts';
export { ERROR_CODES, exitCodeOf, httpStatusOf } from './error-codes.ts';
export type { ErrorCode } from './error-codes.ts';
export { changeProxy, MusterError, restAccount, retireAccount, retryLater, toMusterError } from './errors.ts';
export type { MusterErrorOptions, Remedy } from './errors.ts';
export type { AnyHttpHandler, HttpContext, HttpHandler, HttpPart, HttpRefusal, HttpRoute } from './http.ts';
export type { ExportAccount, ExportContext, Exporter, ExportFacts, ImportEntry, Importer, ImportFacts, ImportFile, SingleImportEntry, } from './importer.ts';
export type { Json, JsonObject } from './json.ts';
export { latencyText } from './latency-text.ts';
export type { AccountAction, AnyAccountAction, AnyPluginAction, Plugin, PluginAction, PluginDefinition } from './plugin.ts';
export type { Forecast, ForecastRequest, HandedOut, HandOut, LeasedAccount, PoolAccess, PooledAccount, PoolRequest, PoolStats, Rest, Supply, TakeBack, } from './pool-access.ts';
export type { LeasedProxy, ProxyAccess, ProxyRequest, ProxyVerdict } from './proxy.ts';
export { readBody } from './read-body.ts';
export type { RecordChange, RecordEntry, RecordList, Records, StoredRecord } from './records.ts';
export { ROTATION_STRATEGIES } from './rotation.ts';
export type { RequestRotation, RequestSlot, RotationBudget, RotationFigure, RotationLimits, RotationReport, RotationRequest, RotationSettings, RotationStrategy, RotationTotals, Served, SlotOutcome, SlotRequest, } from './rotation.ts';
export { isSecret, secret, secretFields } from './secret.ts';
export type { PluginRuntime, PluginService } from './plugin-runtime.ts';
export type { AnyOpenService, OpenService, ServiceContext, ServicePart } from './service.ts';
export { SESSION_STATES } from './session.ts';
export type { AnyOpenSession, Challenge, KnownSession, LiveSession, OpenSession, SessionAccess, SessionContext, SessionFigures, SessionPart, SessionReport, SessionState, } from './session.ts';
export { SIMULATOR_FAULTS } from './simulator.ts';
export type { Simulator, SimulatorFault, SimulatorModule } from './simulator.ts';
export { fromSpreadsheetText, spreadsheetText } from './spreadsheet.ts';
export { safeJson, safeText } from './safe-text.ts';
export { isTimeZone } from './time-zone.ts';
export type { AnyReadView, ReadView, Tone, View, ViewContent, ViewContext, ViewSection } from './view.ts';

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

// account-access.d.ts
import type { Account, AccountChange, AccountState } from './account.ts';
/** An account as a plugin's service or path sees it, whoever holds it. */
export interface KnownAccount<TData> extends Account<TData> {
    readonly state: AccountState;
    readonly why: string | null;
    readonly tags: readonly string[];
    readonly priority: number;
    /** Times in ms since the epoch; `usedAt` is 0 for never. */
    readonly createdAt: number;
    readonly updatedAt: number;
    readonly usedAt: number;
    readonly uses: number;
    /** Failed tries since the last success. */
    readonly tries: number;
}
export interface AccountQuery {
    /** A filter in the language of `--where`. */
    readonly where?: string;
    /** A field, with a leading `-` for descending. */
    readonly sort?: string;
    readonly offset?: number;
    /** Default 100, at most 1,000. */
    readonly limit?: number;
}
/** The accounts of this plugin, as an operator would work on them; each change is audited under the caller's name. */
export interface AccountAccess<TData> {
    get(id: string): Promise<KnownAccount<TData> | undefined>;
    list(query?: AccountQuery): Promise<{
        readonly total: number;
        readonly accounts: readonly KnownAccount<TData>[];
    }>;
    /** How many, by state and the plugin's own status word. */
    tally(): Promise<readonly {
        readonly state: AccountState;
        readonly status: string | null;
        readonly count: number;
    }[]>;
    /** Every field, secrets in the clear. CONFLICT names in `details` the `fields` that clash and the `account` that has them. */
    add(data: Readonly<Record<string, unknown>>): Promise<KnownAccount<TData>>;
    edit(id: string, change: Omit<AccountChange<TData>, 'restUntil'>): Promise<KnownAccount<TData>>;
    setState(id: string, state: 'ready' | 'paused' | 'retired'): Promise<void>;
    remove(id: string): Promise<void>;
}
/** A job as far as a plugin's path tells of it. */
export interface KnownJob {
    readonly id: string;
    readonly action: string;
    readonly state: string;
    readonly total: number;
    readonly done: number;
    readonly failed: number;
    readonly createdAt: number;
    readonly endedAt: number | null;
}
export interface JobAccess {
    /** Starts an action of this plugin; resolves when the job is stored, not when it is done. */
    start(action: string, of: {
        readonly accounts?: readonly string[];
        readonly where?: string;
        readonly input?: Readonly<Record<string, unknown>>;
        readonly concurrency?: number;
    }): Promise<KnownJob>;
    get(id: string): Promise<KnownJob | undefined>;
    /** Newest first. */
    list(query?: {
        readonly action?: string;
        readonly limit?: number;
    }): Promise<readonly KnownJob[]>;
    cancel(id: string): Promise<void>;
}

// context.d.ts
import type { Account, AccountChange } from './account.ts';
import type { Json } from './json.ts';
import type { PoolAccess } from './pool-access.ts';
import type { ProxyAccess } from './proxy.ts';
import type { PluginService } from './plugin-runtime.ts';
import type { LiveSession } from './session.ts';
export interface PromptRequest {
    readonly kind: 'qr' | 'otp' | 'captcha' | 'confirm' | 'text';
    readonly title: string;
    /** PNG or JPEG shown to the person. */
    readonly image?: Uint8Array;
    /** The text of a QR code. */
    readonly text?: string;
    /** After this many milliseconds the question ends with PROMPT_EXPIRED. */
    readonly expiresInMs?: number;
    /** Takes the question back, when an answer would be of no use any more: `ask` rejects with its reason. */
    readonly withdraw?: AbortSignal;
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
    readonly jobId: string;
    /** 1 for the first try. */
    readonly attempt: number;
    readonly config: TConfig;
    readonly input: TInput;
    readonly signal: AbortSignal;
    /** `fetch`, cancelled with the task. */
    readonly fetch: typeof fetch;
    readonly checkpoint: Checkpoint;
    /** Leases that the task still has end with it. */
    readonly proxies: ProxyAccess;
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
    /** What the plugin keeps open in the host; opened by the first who asks. */
    service<TService extends PluginService>(): Promise<TService>;
    /** Keeps a file about this task (mode 0600, for a set time) for whoever looks into a failure. Gives its path. */
    evidence(name: string, content: Uint8Array | string): Promise<string>;
}
/** For an action over accounts: one task an account, which it holds on lease. */
export interface AccountTaskContext<TConfig, TAccount, TInput> extends TaskContext<TConfig, TInput> {
    readonly account: Account<TAccount>;
    /** Changes the account; durable when it resolves. */
    update(change: AccountChange<TAccount>): Promise<void>;
    /** The account's live session, for an action that goes through it. SESSION_NOT_READY when it ended meanwhile. */
    session<TSession extends LiveSession>(): TSession;
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
    /** Who came in their place, for their history. */
    readonly instead?: string;
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
    /** Changes one that the task holds, that is handed out, or free; LEASE_LOST when it was leased to somebody else since. */
    update(account: HandedOut, change: Omit<AccountChange<TData>, 'restUntil'>): Promise<void>;
    /** Figures of all of the plugin's accounts; cheap at any number of them. */
    stats(): Promise<PoolStats>;
    forecast(request: ForecastRequest): Promise<Forecast>;
}

// proxy.d.ts
/** A way out to the network, held by one task. */
export interface LeasedProxy {
    readonly id: string;
    readonly label: string;
    /** `http://`, `https://` or `socks5://`, credentials included: a secret. */
    readonly url: string;
    /** ISO 3166-1 alpha-2; null when not known. */
    readonly country: string | null;
}
export interface ProxyRequest {
    /** The host that it leads to: refusals are kept per target. */
    readonly target: string;
    /** A hard condition. ISO 3166-1 alpha-2. */
    readonly country?: string;
    /** The account that it is for: gets the one it had, while that is healthy. */
    readonly account?: string;
    /** Ids of those that this task has tried. */
    readonly exclude?: ReadonlySet<string>;
}
export type ProxyVerdict = {
    readonly kind: 'ok';
    readonly durationMs?: number;
}
/** Its own fault (refused, wrong credentials, timeout, 59x): it cools down, longer each time. */
 | {
    readonly kind: 'failed';
    readonly why: string;
}
/** The target refused (403, 429, a challenge): kept for this target; no reason to take another proxy. */
 | {
    readonly kind: 'refused';
    readonly status: number;
};
export interface ProxyAccess {
    /** Undefined when no proxies are set up at all; NOTHING_AVAILABLE (with retryAfterMs) when none fits. */
    lease(request: ProxyRequest): Promise<LeasedProxy | undefined>;
    giveBack(proxy: LeasedProxy, verdict: ProxyVerdict): Promise<void>;
}

// plugin-runtime.d.ts
import type { Observable } from 'rxjs';
import type { AccountAccess } from './account-access.ts';
import type { Json } from './json.ts';
import type { ProxyAccess } from './proxy.ts';
import type { Records } from './records.ts';
/** What the parts of a plugin that outlive a task may touch. */
export interface PluginRuntime<TConfig, TAccount> {
    /** As set now. */
    config(): TConfig;
    /** What is set now, then every change. */
    readonly config$: Observable<TConfig>;
    /** A folder of the plugin's own in the data directory, made with mode 0700. */
    readonly directory: string;
    /** `<data>/sessions`: where the profiles of sessions live. */
    readonly profiles: string;
    /** Ends when the host stops. */
    readonly signal: AbortSignal;
    readonly fetch: typeof fetch;
    readonly accounts: AccountAccess<TAccount>;
    readonly proxies: ProxyAccess;
    /** Milliseconds since the epoch, from the host's clock. */
    now(): number;
    /** In [0, 1), from the host's random source. */
    random(): number;
    /** Rejects at once when the host stops, or the signal is given. */
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
    /** Documents of one kind, a kebab-case name. */
    records<TData = Json>(kind: string): Records<TData>;
    /** For a secret that goes into a record: sealed by the vault's key, bound to `about`. */
    seal(text: string, about: string): Promise<string>;
    unseal(sealed: string, about: string): Promise<string>;
    /** An entry of the event log; secrets are masked. `type` is `noun.verbed`, prefixed with the plugin's id by the host. */
    event(event: {
        readonly type: string;
        readonly message: string;
        readonly level?: 'debug' | 'info' | 'warn' | 'error';
        readonly account?: string;
        readonly fields?: Readonly<Record<string, Json>>;
    }): void;
}
/** What a plugin keeps open in the host beside its tasks. Tasks, paths and views reach it with `ctx.service()`. */
export interface PluginService {
    /** Addresses it listens at now, for its clients. */
    urls?(): readonly string[];
    /** Everything that it opened is closed when this resolves. */
    close(): Promise<void>;
}

// records.d.ts
import type { Json } from './json.ts';
/** One document that a plugin keeps beside its accounts. No secrets in the clear: see `ServiceContext.seal`. */
export interface RecordEntry<TData = Json> {
    /** Unique within its kind; at most 200 characters. */
    readonly key: string;
    /** What it is listed by: the campaign of a contact, the state of a message. */
    readonly group: string;
    /** Its place in a list, most often a time in ms since the epoch. */
    readonly at: number;
    readonly data: TData;
}
export interface StoredRecord<TData = Json> extends RecordEntry<TData> {
    /** Grows with each change. */
    readonly revision: number;
}
export interface RecordList {
    /** Without it, all of the kind. */
    readonly group?: string;
    /** Bounds of `at`, inclusive. */
    readonly from?: number;
    readonly to?: number;
    readonly newestFirst?: boolean;
    readonly offset?: number;
    /** Default 100, at most 10,000. */
    readonly limit?: number;
}
export type RecordChange<TData = Json> = 
/** CONFLICT when the key is taken: what makes a step idempotent. */
{
    readonly insert: RecordEntry<TData>;
} | {
    readonly put: RecordEntry<TData>;
}
/** CONFLICT when it is gone or has another revision. */
 | {
    readonly replace: RecordEntry<TData>;
    readonly revision: number;
} | {
    readonly remove: string;
};
/** The documents of one kind of one plugin. What resolves is on disk. */
export interface Records<TData = Json> {
    get(key: string): Promise<StoredRecord<TData> | undefined>;
    list(query?: RecordList): Promise<StoredRecord<TData>[]>;
    count(query?: Pick<RecordList, 'group'>): Promise<number>;
    /** All or nothing. */
    commit(changes: readonly RecordChange<TData>[]): Promise<void>;
}

// session.d.ts
import type { Account, AccountChange } from './account.ts';
import type { Json } from './json.ts';
import type { PluginRuntime, PluginService } from './plugin-runtime.ts';
export declare const SESSION_STATES: readonly ['opening', 'needs-operator', 'ready', 'lost', 'closed'];
export type SessionState = (typeof SESSION_STATES)[number];
/** What a person has to do to log in. */
export type Challenge = 
/** The text of a QR code, scanned with the phone. */
{
    readonly kind: 'qr';
    readonly text: string;
    readonly expiresAt: number | null;
}
/** A code that is typed on the phone. */
 | {
    readonly kind: 'code';
    readonly text: string;
    readonly expiresAt: number | null;
};
/** Live figures of one session; each part is left out where it is not known. */
export interface SessionFigures {
    /** Private memory of all its processes. */
    readonly memoryBytes?: number;
    /** Of one core. */
    readonly cpuPercent?: number;
    readonly lastActivityAt?: number;
    readonly queued?: number;
    readonly reconnects?: number;
    readonly remedies?: number;
}
export interface SessionReport {
    readonly state: SessionState;
    /** The plugin's own word for it. */
    readonly status?: string;
    /** Why, for a person. */
    readonly why?: string;
    /** Shown while it is reported; a report without one takes it away. */
    readonly challenge?: Challenge;
    /** All that it held is free: with `lost` the host opens it again, with `needs-operator` it waits until a person asks. */
    readonly ended?: boolean;
}
/** What one live connection of an account may touch. The host holds the account on lease for as long as it is open. */
export interface SessionContext<TConfig, TAccount> extends PluginRuntime<TConfig, TAccount> {
    readonly account: Account<TAccount>;
    /** Ends when this session is to close, or the host stops. */
    readonly signal: AbortSignal;
    /** What the operator gave when opening it. `link: 'code'` asks for a code to type instead of a QR code. */
    readonly input: Readonly<Record<string, Json>>;
    update(change: Omit<AccountChange<TAccount>, 'restUntil'>): Promise<void>;
    /**
     * A change of state; kept in the session's history with its reason. `lost` without `ended` says that it mends itself;
     * `closed` always means ended, and not wanted any more.
     */
    report(report: SessionReport): void;
    figures(figures: SessionFigures): void;
    /** Runs one launch of something heavy; only so many at once over all sessions. */
    launch<T>(work: () => Promise<T>): Promise<T>;
    /** Waits for the turn to ask a person (one session at a time). Call what it gives when the person is done, or gone; it ends with the session. */
    attention(): Promise<() => void>;
    service<TService extends PluginService>(): Promise<TService>;
}
/** What actions, paths and views of the account reach with `ctx.session()`. */
export interface LiveSession {
    /** Ends it so that the next start needs no person; whole when it resolves. */
    close(): Promise<void>;
}
/**
 * Opens a session; resolves as soon as it can be told of (`report` says what becomes of it). When it rejects, or reports
 * `lost` and has ended, the host opens it again with backoff; after `closed` or `needs-operator` only when a person asks.
 * When the signal ends, `close` is called next, also if it resolves only then.
 */
export type OpenSession<TConfig, TAccount, TSession extends LiveSession = LiveSession> = (context: SessionContext<TConfig, TAccount>) => Promise<TSession>;
export type AnyOpenSession = OpenSession<any, any>;
export interface SessionPart {
    /** Bytes that one session is expected to need, for the default number of them. */
    readonly memoryBytes: number;
    load(): Promise<{
        readonly default: AnyOpenSession;
    }>;
}
/** A session as it is told to others. */
export interface KnownSession {
    /** The account's id. */
    readonly account: string;
    readonly label: string;
    readonly state: SessionState;
    readonly status: string | null;
    readonly why: string | null;
    /** Since when it is in this state (ms since the epoch). */
    readonly since: number;
    readonly challenge: Challenge | null;
    readonly figures: SessionFigures;
    /** Newest first, at most 50. */
    readonly history: readonly {
        readonly at: number;
        readonly state: SessionState;
        readonly status: string | null;
        readonly why: string | null;
    }[];
}
/** The sessions of this plugin. */
export interface SessionAccess {
    list(): readonly KnownSession[];
    get(account: string): KnownSession | undefined;
    /** CONFLICT when it is open already, SESSION_LIMIT when there are too many. It is opened again after a restart. */
    open(account: string, input?: Readonly<Record<string, Json>>): Promise<KnownSession>;
    /** NOT_FOUND when there is none. It stays closed after a restart. */
    close(account: string): Promise<void>;
    /** The live one. SESSION_NOT_READY when it is not open. */
    live<TSession extends LiveSession>(account: string): TSession;
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
import type { ServicePart } from './service.ts';
import type { SessionPart } from './session.ts';
import type { SimulatorModule } from './simulator.ts';
import type { View } from './view.ts';
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
    /** Own statuses of the accounts it is meant for; of others it is said that they can not. It must leave those as they are. Default: all. */
    readonly forStatuses?: readonly string[];
    /** It goes through the account's live session, which holds the lease: needs that session `ready`, whatever the state. */
    readonly throughSession?: boolean;
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
    /** An action over accounts that is started over those that were just added, by hand or from a file. It takes no input. */
    readonly onAdded?: {
        readonly action: keyof I & string;
        readonly when?: (config: z.output<C>) => boolean;
    };
    readonly import?: {
        readonly options: O;
        load(): Promise<{
            readonly default: Importer<z.output<O>>;
        }>;
    };
    /** Paths of other tools that this plugin answers; served by the host behind its own doors. */
    readonly http?: HttpPart;
    /** What it keeps open in the host beside its tasks. */
    readonly service?: ServicePart<z.output<C>>;
    /** Long-lived connections, one an account. */
    readonly session?: SessionPart;
    /** Pages of figures or texts, by kebab-case name. */
    readonly views?: Readonly<Record<string, View>>;
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
    readonly onAdded: {
        readonly action: string;
        readonly when?: (config: never) => boolean;
    } | undefined;
    readonly import: {
        readonly options: z.ZodObject;
        load(): Promise<{
            readonly default: Importer<never>;
        }>;
    } | undefined;
    readonly http: HttpPart | undefined;
    readonly service: ServicePart<any> | undefined;
    readonly session: SessionPart | undefined;
    readonly views: Readonly<Record<string, View>>;
    readonly exports: Readonly<Record<string, () => Promise<{
        readonly default: Exporter;
    }>>>;
    readonly demo: ((count: number) => readonly Record<string, unknown>[]) | undefined;
    readonly simulator: (() => Promise<SimulatorModule>) | undefined;
}
export {};

// http.d.ts
import type { z } from 'zod';
import type { AccountAccess, JobAccess } from './account-access.ts';
import type { Json } from './json.ts';
import type { PoolAccess } from './pool-access.ts';
import type { PluginService } from './plugin-runtime.ts';
import type { SessionAccess } from './session.ts';
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
    readonly accounts: AccountAccess<TAccount>;
    readonly jobs: JobAccess;
    /** As far as the caller's token reaches: others are not there for it. */
    readonly sessions: SessionAccess;
    /** Ends when the client goes away. */
    readonly signal: AbortSignal;
    /** Milliseconds since the epoch, from the host's clock. */
    now(): number;
    log(message: string, fields?: Readonly<Record<string, Json>>): void;
    service<TService extends PluginService>(): Promise<TService>;
}
/**
 * Answers one route. A body that streams keeps the context alive until it has ended. What a handler throws becomes the
 * host's error answer, with the status of the error's code.
 */
export type HttpHandler<TConfig, TAccount, TQuery = unknown, TBody = unknown> = (request: Request, context: HttpContext<TConfig, TAccount, TQuery, TBody>) => Promise<Response>;
export type AnyHttpHandler = HttpHandler<any, any, any, any>;
/** Why a request is refused, as the host would say it. */
export interface HttpRefusal {
    readonly code: string;
    readonly message: string;
    readonly status: number;
}
/** The http part of a plugin: its routes by name, and a module with a handler for each. */
export interface HttpPart {
    readonly routes: Readonly<Record<string, HttpRoute>>;
    /**
     * The JSON of a refusal, where who calls these paths knows a shape of its own; also of what the host refuses before any handler
     * is asked, such as a call without a token. Default: `{error: {code, message}}`.
     */
    readonly refusal?: (refusal: HttpRefusal) => Readonly<Record<string, Json>>;
    load(): Promise<{
        readonly default: Readonly<Record<string, AnyHttpHandler>>;
    }>;
}

// importer.d.ts
import type { AccountState } from './account.ts';
/** One file as an importer gets it. Bytes arrive in pieces; a file is never in memory whole. */
export interface ImportFile {
    readonly name: string;
    readonly bytes: AsyncIterable<Uint8Array>;
}
/** What a file knows of an account beside its fields. Only a new account takes it over. Times are ms since the epoch. */
export interface ImportFacts {
    /** One of the plugin's status words: the account begins in the state that it means. */
    readonly status?: string;
    readonly why?: string;
    /** With a status that means `cooling`: until then. */
    readonly restUntil?: number;
    readonly tags?: readonly string[];
    readonly priority?: number;
    readonly createdAt?: number;
    readonly usedAt?: number;
    readonly uses?: number;
}
/** What an importer says of a file, in the order of the file. */
export type ImportEntry = 
/** Many at once, which for a large file costs less than one by one; hundreds, so that a file is never in memory whole. */
{
    readonly kind: 'several';
    readonly entries: readonly SingleImportEntry[];
} | SingleImportEntry;
export type SingleImportEntry = {
    readonly kind: 'account';
    readonly line: number;
    readonly data: Readonly<Record<string, unknown>>;
    readonly facts?: ImportFacts;
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
}
/** Settings of the plugin that the file carries: taken over, unless it is a dry run. */
 | {
    readonly kind: 'settings';
    readonly settings: Readonly<Record<string, unknown>>;
};
/** `data` of an account entry holds every field, secrets in the clear: the host seals them before they are stored. */
export type Importer<TOptions> = (file: ImportFile, options: TOptions, signal: AbortSignal) => AsyncIterable<ImportEntry>;
/** One account on its way out. Secrets are there only when the operator asked twice. */
export interface ExportAccount {
    readonly label: string;
    readonly status: string | null;
    readonly data: Readonly<Record<string, unknown>>;
    /** Left out where a test, and not the host, exports. */
    readonly facts?: ExportFacts;
}
/** What the host knows of an account beside its fields. Times are ms since the epoch. */
export interface ExportFacts {
    readonly id: string;
    readonly state: AccountState;
    readonly tags: readonly string[];
    readonly priority: number;
    readonly createdAt: number;
    readonly updatedAt: number;
    /** 0 for never. */
    readonly usedAt: number;
    readonly uses: number;
    /** When a rest ends. */
    readonly dueAt: number | null;
}
/** What an export may touch beside the accounts. */
export interface ExportContext {
    /** The plugin's settings. */
    readonly config: Readonly<Record<string, unknown>>;
    /** Ms since the epoch. */
    now(): number;
    /** Secrets are among the data. */
    readonly withSecrets: boolean;
    /** What the plugin's rotation of requests met with an account so far; undefined for one that never failed. */
    failures?(account: string): {
        readonly failed: number;
        readonly limited: number;
    } | undefined;
}
export type Exporter = (accounts: AsyncIterable<ExportAccount>, context?: ExportContext) => AsyncIterable<string>;

// service.d.ts
import type { JobAccess } from './account-access.ts';
import type { PluginRuntime, PluginService } from './plugin-runtime.ts';
import type { RequestRotation, RotationSettings } from './rotation.ts';
import type { SessionAccess } from './session.ts';
export interface ServiceContext<TConfig, TAccount> extends PluginRuntime<TConfig, TAccount> {
    readonly jobs: JobAccess;
    readonly sessions: SessionAccess;
    /** At most one a plugin. */
    openRotation(settings: RotationSettings): Promise<RequestRotation<TAccount>>;
    /** Whose token this is, if it may operate; for doors that a service opens itself. Undefined for any other text. */
    authorize(token: string): Promise<{
        readonly actor: string;
    } | undefined>;
}
export interface ServicePart<TConfig> {
    /** Opened when the host starts, with such settings; else at first use. */
    readonly atStart?: (config: TConfig) => boolean;
    /** The plugin's action that opens an address to clients, which the first note of its progress names. */
    readonly opensBy?: string;
    /** The setting that holds the strategy of its rotation. */
    readonly strategyIn?: string;
    load(): Promise<{
        readonly default: AnyOpenService;
    }>;
}
export type OpenService<TConfig, TAccount, TService extends PluginService = PluginService> = (context: ServiceContext<TConfig, TAccount>) => Promise<TService>;
export type AnyOpenService = OpenService<any, any>;

// rotation.d.ts
import type { Account } from './account.ts';
export declare const ROTATION_STRATEGIES: readonly ['round-robin', 'least-used', 'random', 'priority', 'lru'];
export type RotationStrategy = (typeof ROTATION_STRATEGIES)[number];
/** Limits of each account. Times in milliseconds. */
export interface RotationLimits {
    /** Requests within any stretch of `windowMs`: an exact sliding window. */
    readonly limit: number;
    readonly windowMs: number;
    /** Once the limit is reached, nothing for so long; 0: as long as the window itself asks for. */
    readonly cooldownMs: number;
    /** Requests at once. */
    readonly maxConcurrent?: number;
    /** Tokens within any minute; estimated when a request is reserved, corrected when it ends. */
    readonly tokensPerMinute?: number;
    /** The longest rest that a service may ask for. Default: 24 hours. */
    readonly maxRestMs?: number;
}
export interface RotationSettings {
    readonly strategy: RotationStrategy;
    readonly limits: RotationLimits;
    /** Where the limits of one account differ; asked again when the account changes. */
    readonly limitsFor?: (account: Account<Readonly<Record<string, unknown>>>) => Partial<RotationLimits> | undefined;
    /** Who waits when nobody is free: first come, first served. Default: 1,000 waiting. */
    readonly maxWaiting?: number;
}
export interface SlotRequest {
    /** Accounts that this caller has tried already. */
    readonly exclude?: ReadonlySet<string>;
    /** How long to wait for a free one; 0 (the default) does not wait. */
    readonly maxWaitMs?: number;
    readonly signal?: AbortSignal;
    /** What the request may cost, for `tokensPerMinute`. */
    readonly tokens?: number;
}
/** What was made with a slot, for the figures. Never a secret, never what was said. */
export interface Served {
    readonly status: number;
    readonly durationMs: number;
    readonly model?: string;
    readonly tokens?: number;
    /** A code of what went wrong, whatever the status says. */
    readonly error?: string;
}
export type SlotOutcome = {
    readonly kind: 'used';
    readonly served?: Served;
}
/** It was never sent: nothing is counted. */
 | {
    readonly kind: 'unused';
}
/** The service asked for a rest until then (ms since the epoch). The longer of two stands. */
 | {
    readonly kind: 'rest';
    readonly until: number;
    readonly status?: string;
    readonly why?: string;
    readonly served?: Served;
}
/** The account itself is at fault: state `failed`. */
 | {
    readonly kind: 'failed';
    readonly status?: string;
    readonly why: string;
    readonly served?: Served;
};
/** The right to make one request with an account. */
export interface RequestSlot<TData> {
    readonly account: Account<TData>;
    /**
     * The service has counted it by now: call it when the answer begins (its headers are there). It leaves the window so long
     * after this; without it, after its end.
     */
    sent(): void;
    /** A second call does nothing. */
    finish(outcome: SlotOutcome): void;
}
export interface RotationFigure {
    readonly id: string;
    readonly label: string;
    /** Requests in the window now, of `limit`, which may be the account's own. */
    readonly uses: number;
    readonly limit: number;
    readonly inFlight: number;
    /** When it can be picked again (ms since the epoch): now or earlier if at once; null when only an end of a request frees it. */
    readonly availableAt: number | null;
    readonly restUntil: number | null;
    /** Since the account was added: a restart keeps these four. */
    readonly served: number;
    readonly failed: number;
    /** Those of the failed that the service answered with a rest. */
    readonly limited: number;
    readonly tokens: number;
}
export interface RotationTotals {
    readonly accounts: number;
    readonly free: number;
    readonly inFlight: number;
    readonly waiting: number;
    /** Of the last minute, the oldest second first. */
    readonly perSecond: readonly number[];
    /** Since the rotation was opened. */
    readonly served: number;
    readonly failed: number;
    readonly limited: number;
    readonly tokens: number;
}
/** One request that has ended. */
export interface RotationRequest extends Served {
    /** When it ended (ms since the epoch). */
    readonly at: number;
    /** Id and label of the account. */
    readonly account: string;
    readonly label: string;
}
/** What all accounts together may still do. */
export interface RotationBudget {
    readonly limit: number;
    readonly left: number;
    /** When all of it is there again, if nothing more is made (ms since the epoch); now or earlier if it is. */
    readonly fullAt: number;
}
/** What was made lately, and what may still be made. */
export interface RotationReport {
    /** How long served requests took (ms), of the last 1,000 within five minutes; null when there are none. */
    readonly latency: {
        readonly p50: number;
        readonly p95: number;
    } | null;
    /** The newest first, at most 200. */
    readonly recent: readonly RotationRequest[];
    /** How often each kind of failure came since the rotation was opened, by its code or status; the most frequent first. */
    readonly errors: readonly {
        readonly kind: string;
        readonly count: number;
        readonly lastAt: number;
    }[];
    /** Within the windows of all accounts; one that rests has nothing left. */
    readonly requests: RotationBudget;
    /** Null without a limit of tokens. */
    readonly tokens: RotationBudget | null;
}
/** Spreads requests over the plugin's ready accounts, within their limits; counters and rests survive a restart. */
export interface RequestRotation<TData> {
    readonly settings: RotationSettings;
    /**
     * The next account. NOTHING_AVAILABLE, with `retryAfterMs` until the first is free, when none is and nobody may wait (any
     * longer, or any more); the reason of the signal when it is given.
     */
    acquire(request?: SlotRequest): Promise<RequestSlot<TData>>;
    /** Without waiting; undefined when none is free. */
    pick(request?: Pick<SlotRequest, 'exclude' | 'tokens'>): RequestSlot<TData> | undefined;
    /** When the next request can be made: now or earlier if at once; null when it cannot be said. */
    nextAt(): number | null;
    /** Live: what is counted stays. */
    configure(settings: RotationSettings): void;
    /** How many accounts are in rotation. */
    readonly size: number;
    figures(): RotationFigure[];
    totals(): RotationTotals;
    report(): RotationReport;
    /** Forgets counts and rests. */
    reset(): Promise<void>;
}

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

// view.d.ts
import type { AccountAccess, JobAccess } from './account-access.ts';
import type { Json } from './json.ts';
import type { PluginService } from './plugin-runtime.ts';
import type { LiveSession, SessionAccess } from './session.ts';
export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'dim';
/** One part of a view. Texts are cleaned of control characters by whoever shows them. */
export type ViewSection = {
    readonly kind: 'facts';
    readonly title?: string;
    readonly facts: readonly {
        readonly label: string;
        readonly value: string | number;
        readonly tone?: Tone;
    }[];
} | {
    readonly kind: 'table';
    readonly title?: string;
    readonly columns: readonly {
        readonly key: string;
        readonly title: string;
        readonly align?: 'left' | 'right';
    }[];
    readonly rows: readonly Readonly<Record<string, string | number | null>>[];
} | {
    readonly kind: 'bars';
    readonly title?: string;
    readonly bars: readonly {
        readonly label: string;
        readonly value: number;
        readonly of?: number;
        readonly tone?: Tone;
    }[];
}
/** Values of equal steps of time, the oldest first. */
 | {
    readonly kind: 'spark';
    readonly title?: string;
    readonly values: readonly number[];
}
/** The oldest first; `from` is who said it. */
 | {
    readonly kind: 'log';
    readonly title?: string;
    readonly lines: readonly {
        readonly at: number;
        readonly from?: string;
        readonly text: string;
        readonly tone?: Tone;
    }[];
};
export interface ViewContent {
    readonly sections: readonly ViewSection[];
    /** A line to type into: starts an action with what was typed as one field of its input. */
    readonly say?: {
        readonly label: string;
        readonly action: string;
        readonly field: string;
        readonly input?: Readonly<Record<string, Json>>;
    };
    /** What can be looked at next: the same view with these parameters. */
    readonly choices?: readonly {
        readonly title: string;
        readonly params: Readonly<Record<string, string>>;
    }[];
}
export interface ViewContext<TConfig, TAccount> {
    readonly config: TConfig;
    /** The account that it is about; undefined for a view of the plugin. */
    readonly account: string | undefined;
    readonly params: Readonly<Record<string, string>>;
    readonly accounts: AccountAccess<TAccount>;
    readonly jobs: JobAccess;
    readonly sessions: SessionAccess;
    readonly signal: AbortSignal;
    now(): number;
    service<TService extends PluginService>(): Promise<TService>;
    session<TSession extends LiveSession>(): TSession;
}
export type ReadView<TConfig, TAccount> = (context: ViewContext<TConfig, TAccount>) => Promise<ViewContent>;
export type AnyReadView = ReadView<any, any>;
/** A page of figures or texts, told as data: drawn by the screen, printed by `muster view`, answered over HTTP. */
export interface View {
    readonly title: string;
    readonly about: 'plugin' | 'account';
    load(): Promise<{
        readonly default: AnyReadView;
    }>;
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
    readonly SESSION_LIMIT: CodeFacts;
    readonly SESSION_NOT_READY: CodeFacts;
    readonly LEASE_LOST: CodeFacts;
    readonly ACCOUNT_BUSY: CodeFacts;
    readonly ACCOUNT_STATE: CodeFacts;
    readonly RETRY_LATER: CodeFacts;
    readonly ACCOUNT_RESTS: CodeFacts;
    readonly PROXY_FAULT: CodeFacts;
    readonly INTERRUPTED: CodeFacts;
    readonly PROMPT_EXPIRED: CodeFacts;
    readonly PROMPT_UNATTENDED: CodeFacts;
    readonly NO_BROWSER: CodeFacts;
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

// latency-text.d.ts
/** How long an answer took, for people: `612 ms`, `2.9 s`. */
export declare const latencyText: (ms: number) => string;

// read-body.d.ts
/**
 * The whole body of a request; undefined as soon as it is longer than `limit` bytes. The rest is left unread, not cancelled: that would cut
 * the connection, and the answer with it.
 */
export declare function readBody(request: Request, limit: number): Promise<Buffer | undefined>;

// secret.d.ts
import type { z } from 'zod';
/**
 * Marks a field of an account or of the settings that lives in the vault: never logged, never sent to a client, revealed only to the
 * task that asks. Inside of a field, in an input of an action, or in what accounts are known or ordered by it would seal nothing:
 * `definePlugin` refuses it there.
 */
export declare const secret: <T extends z.ZodType>(schema: T) => T;
/** True for a marked schema, also inside `optional()`, `nullable()` or `default()`. */
export declare function isSecret(schema: z.ZodType): boolean;
/** The names of an account schema's secret fields. */
export declare const secretFields: (schema: z.ZodObject) => string[];

// spreadsheet.d.ts
/** Text from outside as a cell of a table for people: with `'` before what a spreadsheet would run. Not for secrets, which other programs read. */
export declare const spreadsheetText: (text: string) => string;
/** The text of such a cell. */
export declare const fromSpreadsheetText: (cell: string) => string;

// safe-text.d.ts
/**
 * Text from outside as it may be shown on one line of a terminal: line breaks and tabs become a space, anything else that
 * could steer the terminal or hide becomes `�`, and what is longer than `maxLength` UTF-16 units is cut with `…`.
 */
export declare function safeText(text: string, maxLength?: number): string;
/** JSON text with every control and invisible character escaped: it can be shown on a terminal, and reads back the same. */
export declare const safeJson: (json: string) => string;

// time-zone.d.ts
/** Is it a time zone that this machine knows: `Asia/Riyadh`, `UTC`? */
export declare function isTimeZone(name: string): boolean;

// testing/index.d.ts
export { definePluginTests } from './define-plugin-tests.ts';
export type { PluginTestOptions } from './define-plugin-tests.ts';
export { createTestContext } from './test-context.ts';
export type { Seen, TestContext, TestContextOptions } from './test-context.ts';
export { createTestAccount, createTestPool } from './test-pool.ts';
export type { TestAccount } from './test-account.ts';
export type { TestPool, TestPoolOptions } from './test-pool.ts';
export { createTestServiceContext } from './test-service-context.ts';
export type { TestServiceContext } from './test-service-context.ts';

// testing/define-plugin-tests.d.ts
import type { PromptRequest } from '../context.ts';
import type { Plugin } from '../plugin.ts';
import type { RequestRotation, RotationSettings } from '../rotation.ts';
import type { PluginService } from '../plugin-runtime.ts';
import type { LiveSession } from '../session.ts';
import type { Simulator } from '../simulator.ts';
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
/** The conformance kit: what the host and its surfaces rely on, tried against the plugin's own simulator. */
export declare function definePluginTests(plugin: Plugin, options: PluginTestOptions): void;
export {};

// testing/test-context.d.ts
import type { AccountChange } from '../account.ts';
import type { AccountTaskContext, PluginTaskContext, PromptRequest } from '../context.ts';
import type { Json } from '../json.ts';
import type { Plugin } from '../plugin.ts';
import type { ProxyAccess } from '../proxy.ts';
import type { PluginService } from '../plugin-runtime.ts';
import type { LiveSession } from '../session.ts';
import type { TestAccount } from './test-account.ts';
import { type TestPool } from './test-pool.ts';
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
    readonly evidence: {
        readonly name: string;
        readonly content: Uint8Array | string;
    }[];
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
    readonly jobId?: string;
    readonly attempt?: number;
    /** Answers to questions, in their order; then `000000`. */
    readonly answers?: readonly string[];
    /** Answers questions in place of `answers`. */
    readonly answer?: (prompt: PromptRequest) => Promise<string>;
    /** Milliseconds since the epoch when the task starts. Time passes only by `sleep`, which does not wait. */
    readonly now?: number;
    /** What `ctx.service()` gives. */
    readonly service?: PluginService;
    /** What `ctx.session()` gives. */
    readonly session?: LiveSession;
    /** Default: none are set up. */
    readonly proxies?: ProxyAccess;
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

// testing/test-account.d.ts
import type { AccountState } from '../account.ts';
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
export {};

// testing/test-pool.d.ts
import type { Plugin } from '../plugin.ts';
import type { PoolAccess } from '../pool-access.ts';
import type { TestAccount } from './test-account.ts';
type Data = Readonly<Record<string, unknown>>;
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

// testing/test-service-context.d.ts
import type { AccountAccess } from '../account-access.ts';
import type { StoredRecord } from '../records.ts';
import type { RequestRotation, RotationSettings } from '../rotation.ts';
import type { ServiceContext } from '../service.ts';
type Data = Readonly<Record<string, unknown>>;
export interface TestServiceContext {
    readonly context: ServiceContext<Data, Data>;
    readonly events: {
        readonly type: string;
        readonly message: string;
        readonly level?: string;
    }[];
    /** Sets the config anew. */
    configure(config: Data): void;
    /** Ends `context.signal`, as a host does that stops. */
    stop(): void;
}
/**
 * What a service needs, in memory: for tests of a plugin. Time passes as it really does, from noon (UTC) of a fixed
 * day, so that a service that keeps office hours does the same whenever its tests run. No session is open; accounts
 * are there when they are given, jobs never.
 */
export declare function createTestServiceContext({ directory, config, kept, accounts, rotation, }: {
    /** Stands for the plugin's own folder. */
    readonly directory: string;
    readonly config: Data;
    /** Records by kind: given twice, a second context has what a first one left. */
    readonly accounts?: AccountAccess<Data>;
    readonly kept?: Map<string, Map<string, StoredRecord<unknown>>>;
    /** What `openRotation` gives. */
    readonly rotation?: (settings: RotationSettings) => RequestRotation<Data>;
}): TestServiceContext;
export {};

// browser/index.d.ts
export { browserLaunch, needsNoSandbox } from './browser-launch.ts';
export type { BrowserLaunch, BrowserLaunchOptions } from './browser-launch.ts';
export { endProcess, isRunning, untilGone } from './end-process.ts';
export { findBrowser } from './find-browser.ts';
export type { BrowserKind, FindBrowser, FoundBrowser } from './find-browser.ts';
export { clearProfileLocks, endLeftBrowsers, leftBrowsers } from './left-browsers.ts';
export type { EndedBrowser, LeftBrowser } from './left-browsers.ts';
export { commandLine, processTable, processTree, processUsage } from './process-table.ts';
export type { ProcessEntry, ProcessUsage } from './process-table.ts';
export { profileFolder } from './profile-folder.ts';

// browser/browser-launch.d.ts
import type { FoundBrowser } from './find-browser.ts';
export interface BrowserLaunchOptions {
    readonly browser: FoundBrowser;
    /** The browser's own folder (`--user-data-dir`): by it a left browser is found again. */
    readonly profile: string;
    /** Further switches. */
    readonly args?: readonly string[];
    /** Further features to switch off. */
    readonly disableFeatures?: readonly string[];
    /** Default: as `needsNoSandbox()` says. */
    readonly noSandbox?: boolean;
    /** A pipe (the default) ends the browser with its host, whatever ends that; a port lets a later host talk to it. */
    readonly pipe?: boolean;
}
/** What puppeteer's `launch` takes, as data; made anew at each call, since puppeteer changes the list it is given. */
export interface BrowserLaunch {
    readonly executablePath: string;
    readonly headless: true | 'shell';
    readonly pipe: boolean;
    readonly userDataDir: string;
    readonly args: string[];
    readonly env: Record<string, string>;
    readonly handleSIGINT: false;
    readonly handleSIGTERM: false;
    readonly handleSIGHUP: false;
    readonly defaultViewport: null;
}
export declare function browserLaunch({ browser, profile, args, disableFeatures, noSandbox, pipe, }: BrowserLaunchOptions): BrowserLaunch;
/** True for root and inside containers, where Chromium's sandbox cannot start; everywhere else it stays on. */
export declare function needsNoSandbox(): boolean;

// browser/find-browser.d.ts
/** `headless-shell` is the lean engine: about half the memory and CPU, no window, no extensions. */
export type BrowserKind = 'headless-shell' | 'chromium' | 'chrome';
export interface FoundBrowser {
    readonly path: string;
    readonly kind: BrowserKind;
}
export interface FindBrowser {
    /** The lean engine first, where there is one. */
    readonly lean?: boolean;
    /** Set by the operator: this one or none. */
    readonly path?: string | undefined;
    /** Default: `process.env`; CHROME_PATH and PATH are read. */
    readonly env?: Readonly<Record<string, string | undefined>>;
    /** For a machine whose folders are elsewhere. */
    readonly places?: readonly FoundBrowser[];
}
/** The browser of this machine. NO_BROWSER, with what to do, when there is none. */
export declare function findBrowser({ lean, path, env, places, }?: FindBrowser): Promise<FoundBrowser>;

// browser/end-process.d.ts
/** True while it runs; a zombie does not. */
export declare function isRunning(pid: number): Promise<boolean>;
/** Waits until none of them runs. False when one still does after `withinMs`. */
export declare function untilGone(pids: readonly number[], withinMs: number, signal?: AbortSignal): Promise<boolean>;
/**
 * Ends a process and all that descend from it: asked first, made to after `graceMs`. False when something of it still runs
 * then, which happens with a process of another user only.
 */
export declare function endProcess(pid: number, graceMs?: number): Promise<boolean>;

// browser/left-browsers.d.ts
export interface LeftBrowser {
    readonly pid: number;
    readonly profile: string;
}
export interface EndedBrowser extends LeftBrowser {
    /** `closed`: it wrote what it had to write, logins included. `killed`: it did not answer. `stays`: it could not be ended. */
    readonly how: 'closed' | 'killed' | 'stays';
}
/** Browsers that run with `root` or a folder below it as their profile, whoever started them. */
export declare function leftBrowsers(root: string): Promise<LeftBrowser[]>;
/**
 * Ends the browsers that a killed host left with `root` or a folder below it as profile: each is asked to close through its own port, where
 * it has one, so that what it holds is written; then it is made to. Call it before the first browser is opened there.
 */
export declare function endLeftBrowsers(root: string, graceMs?: number): Promise<EndedBrowser[]>;
/** What a browser that did not end by itself leaves in its profile and would keep the next one out. Only when none runs. */
export declare function clearProfileLocks(profile: string): Promise<void>;

// browser/process-table.d.ts
export interface ProcessEntry {
    readonly pid: number;
    readonly parent: number;
    /** Ended, and not yet waited for by its parent: such a one still answers signals. */
    readonly zombie: boolean;
    /** User and system time in ms, of the process alone; 0 where it is not told. */
    readonly cpuMs: number;
}
/** All processes of this machine that this user may see. */
export declare function processTable(): Promise<ProcessEntry[]>;
/** As `processTable`, by `ps`: for systems without /proc. */
export declare function psTable(): Promise<ProcessEntry[]>;
/** The arguments a process was started with; empty when it is gone or may not be seen. */
export declare function commandLine(pid: number): Promise<string[]>;
/** `pid` and all that descend from it, parents first; empty when it is gone. */
export declare function processTree(pid: number, table: readonly ProcessEntry[]): ProcessEntry[];
export interface ProcessUsage {
    readonly processes: number;
    /** Memory that is nobody else's. */
    readonly privateBytes: number;
    /** With its share of what is shared (PSS). */
    readonly pssBytes: number;
    /** Since each started. */
    readonly cpuMs: number;
}
/** What `pid` and its descendants use now. Memory is 0 where the system does not tell it (elsewhere than Linux). */
export declare function processUsage(pid: number): Promise<ProcessUsage>;

// browser/profile-folder.d.ts
/** A browser's own folder below `root`, both with mode 0700. BAD_INPUT for a name that is more than a name. */
export declare function profileFolder(root: string, name: string): Promise<string>;
