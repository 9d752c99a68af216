import type { Observable } from 'rxjs';
import type { DeliveryRecord, HookRecord, HookTarget } from './hook-record.ts';

/** A hook as it is told to others: no secret, and of its target what gives nothing away. */
export interface HookView extends Omit<HookRecord, 'secret' | 'address' | 'sinceSeq'> {
  readonly hasSecret: boolean;
  readonly waiting: number;
  readonly sent: number;
  readonly failed: number;
  readonly last: Pick<DeliveryRecord, 'state' | 'outcome' | 'createdAt' | 'attempts'> | null;
}

export interface NewHook {
  readonly name?: string | undefined;
  readonly target: HookTarget;
  /** Default: `job.ended`. */
  readonly events?: readonly string[] | undefined;
  readonly plugin?: string | undefined;
  /** Of a webhook: made when none is given, and told once. Of mail: the password. */
  readonly secret?: string | undefined;
}

export interface HookTest {
  readonly ok: boolean;
  readonly outcome: string;
}

/** Tells others what happens: webhooks, commands, mail. What is to be told is in the store before anything is sent, and is tried again until it arrives or is given up. */
export interface Hooks {
  readonly change$: Observable<void>;
  list(): Promise<HookView[]>;
  /** By id or name. NOT_FOUND, CONFLICT. */
  get(reference: string): Promise<HookView>;
  /** With the secret, where one was made. BAD_INPUT, VAULT_LOCKED. */
  add(hook: NewHook, actor: string): Promise<{ readonly hook: HookView; readonly secret: string | null }>;
  /** Its whole address or command; audited before it is told. VAULT_LOCKED. */
  reveal(reference: string, actor: string): Promise<HookTarget>;
  setEnabled(reference: string, enabled: boolean, actor: string): Promise<HookView>;
  /** With what waits for it. */
  remove(reference: string, actor: string): Promise<void>;
  /** Sends one made-up event now, without the queue. */
  test(reference: string, actor: string): Promise<HookTest>;
  /** Newest first. */
  deliveries(reference: string, limit?: number): Promise<DeliveryRecord[]>;
  start(): Promise<void>;
  stop(): Promise<void>;
}
