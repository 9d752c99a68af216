import type { ProxyAccess } from '@muster/sdk';
import type { Observable } from 'rxjs';
import type { ProxySettings } from './proxy-settings.ts';
import type { ProxyFaultKind, ProxyRecord, ProxyState } from './proxy-record.ts';

/** Who uses a proxy: named in events and in the list. */
export interface ProxyUser {
  /** `task/<id>`, `service/<plugin>`, … */
  readonly holder: string;
  readonly plugin: string;
  readonly job?: string;
  readonly task?: string;
  readonly account?: string;
}

/** What one holder has of the proxies. */
export interface ProxyHold extends ProxyAccess {
  /** Gives back what it still has: without a word, or as failed when that is why the holder ends. A second call does nothing. */
  end(fault?: string): void;
}

export interface NewProxy {
  /** Any of the usual spellings, credentials included: a secret. */
  readonly address: string;
  readonly label?: string | undefined;
  readonly country?: string | undefined;
}

export interface ProxyEdit {
  readonly address?: string | undefined;
  readonly label?: string | undefined;
  /** Null: not known. */
  readonly country?: string | null | undefined;
  readonly enabled?: boolean | undefined;
}

/** Which ones; all of them when nothing is said. */
export interface ProxyQuery {
  readonly ids?: readonly string[] | undefined;
  readonly state?: ProxyState | undefined;
  readonly country?: string | undefined;
  /** In the label, the address, the exit, a target or the last failure; without case. */
  readonly text?: string | undefined;
}

/** A proxy as it is told to others: no secret. */
export interface ProxyView extends Omit<ProxyRecord, 'secrets' | 'latency' | 'durations'> {
  /** `scheme://host:port`. */
  readonly address: string;
  /** As measured, else as declared. */
  readonly country: string | null;
  readonly latencyMs: number | null;
  readonly latencyP95Ms: number | null;
  readonly durationMs: number | null;
  readonly durationP95Ms: number | null;
  /** Leases now. */
  readonly inUse: number;
  readonly holders: readonly string[];
  /** How many accounts come back to it. */
  readonly accounts: number;
  readonly checking: boolean;
}

export interface ProxyCheck {
  readonly id: string;
  readonly label: string;
  readonly ok: boolean;
  /** What was wrong with it. */
  readonly kind: ProxyFaultKind | null;
  readonly detail: string;
  readonly latencyMs: number | null;
  readonly exitAddress: string | null;
  readonly exitCountry: string | null;
}

export interface ImportedProxy {
  readonly line: number;
  readonly outcome: 'added' | 'known' | 'rejected';
  /** The label; of a rejected line why. Never a credential. */
  readonly text: string;
  readonly id?: string;
}

/** Leasable, health-checked ways out. */
export interface Proxies {
  /** Something about them is not as it was. */
  readonly change$: Observable<void>;
  /** For a holder that ends. What it leases: undefined where no proxies are set up; NOTHING_AVAILABLE where none fits. */
  hold(user: ProxyUser): ProxyHold;
  list(query?: ProxyQuery): Promise<ProxyView[]>;
  /** By id or label. NOT_FOUND; CONFLICT when several have that label. */
  get(idOrLabel: string): Promise<ProxyView>;
  /** CONFLICT when it is known. */
  add(proxy: NewProxy, actor: string): Promise<ProxyView>;
  /** A list, one a line, or CSV. `country` is for lines that name none. */
  import(
    text: string,
    options: { readonly country?: string | undefined; readonly dryRun?: boolean; readonly actor: string },
  ): Promise<ImportedProxy[]>;
  edit(id: string, edit: ProxyEdit, actor: string): Promise<ProxyView>;
  remove(ids: readonly string[], actor: string): Promise<void>;
  /** Tells of each as soon as it is known. Those that are being checked already are waited for. */
  check(query: ProxyQuery, signal: AbortSignal): AsyncIterable<ProxyCheck>;
  /** The whole URL; audited. */
  reveal(id: string, actor: string): Promise<string>;
  /** The proxy that the account comes back to. */
  proxyOf(account: string): Promise<ProxyView | undefined>;
  /** Null: none; the next lease chooses. */
  assign(accounts: readonly string[], proxy: string | null, actor: string): Promise<void>;
  settings(): Promise<ProxySettings>;
  configure(
    change: { readonly [K in keyof ProxySettings]?: ProxySettings[K] | undefined },
    actor: string,
  ): Promise<ProxySettings>;
  /** Seals anew what an older data key sealed; how many. */
  reseal(): Promise<number>;
  /** Opens every secret and keeps none. */
  checkSecrets(): Promise<{ readonly secrets: number; readonly problems: readonly string[] }>;
  start(): Promise<void>;
  stop(): Promise<void>;
}
