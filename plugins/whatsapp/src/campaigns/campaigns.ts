import { MusterError, safeText, toMusterError, type Records, type ServiceContext, type StoredRecord } from '@muster/sdk';
import { accountsOf } from '../account-of.ts';
import { numberOf } from '../messages/chat-id.ts';
import { OptOuts } from '../messages/opt-outs.ts';
import type { Outgoing, OutgoingState } from '../messages/outgoing.ts';
import type { Account, Config } from '../schemas.ts';
import type { WhatsAppSession } from '../session-api.ts';
import { isQuietNow, localTime } from './calendar.ts';
import type { Campaign, CampaignState, Progress, Target, TargetState } from './campaign.ts';
import { Contacts } from './contacts.ts';
import { DayCounts } from './day-counts.ts';
import { Targets } from './targets.ts';
import { renderTemplate, templateFields } from './template.ts';

export interface NewCampaign {
  readonly name: string;
  readonly template: string;
  readonly list: string;
  /** Short names of the accounts that send it. */
  readonly sessions: readonly string[];
  readonly paceMs?: number | undefined;
  readonly dailyCap?: number | undefined;
}

export interface CampaignReport extends Campaign {
  readonly progress: Progress;
  /** Short names of `accounts`. */
  readonly sessions: readonly string[];
  /** Why nothing goes out now, by short name; empty when it does. */
  readonly held: Readonly<Record<string, string>>;
}

const LOOK_EVERY_MS = 1_000;
const BATCH = 500;
const TARGET_OF: Partial<Record<OutgoingState, TargetState>> = {
  pending: 'pending',
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  uncertain: 'uncertain',
  failed: 'failed',
  expired: 'failed',
  cancelled: 'opted-out',
};

/** Runs the campaigns: who is written to next, by which number, and when; nobody twice, nobody who opted out. */
export class Campaigns {
  readonly contacts: Contacts;
  readonly optOuts: OptOuts;
  readonly targets: Targets;
  readonly #context: ServiceContext<Config, Account>;
  readonly #records: Records<Campaign>;
  readonly #days: DayCounts;
  #wake: () => void = () => undefined;

  constructor(context: ServiceContext<Config, Account>) {
    this.#context = context;
    this.#records = context.records<Campaign>('campaigns');
    this.contacts = new Contacts(context);
    this.optOuts = new OptOuts(context);
    this.targets = new Targets(context);
    this.#days = new DayCounts(context);
  }

  /** CONFLICT for a name that was used; NOT_FOUND for a list without contacts. Nobody is written to before `start` comes back. */
  async create({ name, template, list, sessions, paceMs, dailyCap }: NewCampaign): Promise<CampaignReport> {
    templateFields(template);
    if (await this.#records.get(name))
      throw new MusterError('CONFLICT', `There is a campaign ${name} already; names are used once.`);
    if ((await this.contacts.count(list)) === 0)
      throw new MusterError('NOT_FOUND', `The list ${list} has no contacts; import some with their consent first.`);
    const accounts = await accountsOf(this.#context.accounts, [...new Set(sessions)]);
    const now = this.#context.now();
    let total = 0;
    let batch: Target[] = [];
    const save = async (): Promise<void> => {
      total += batch.length;
      await this.targets.add(batch);
      batch = [];
    };
    for await (const { number, fields } of this.contacts.of(list)) {
      const made = renderTemplate(template, fields);
      // A place of its own for each, so that they are written to in the order of the list.
      const at = { campaign: name, number, changedAt: now + total + batch.length };
      batch.push(
        'text' in made
          ? { ...at, text: made.text, state: 'waiting' }
          : { ...at, text: '', state: 'skipped', why: `has no field ${made.missing}` },
      );
      if (batch.length === BATCH) await save();
    }
    await save();
    const campaign: Campaign = {
      name,
      template,
      list,
      accounts: accounts.map(({ id }) => id),
      state: 'running',
      createdAt: now,
      total,
      ...(paceMs !== undefined && { paceMs }),
      ...(dailyCap !== undefined && { dailyCap }),
    };
    // Last: a crash before this leaves targets of a campaign that never runs, and the name free for another try.
    await this.#records.commit([{ insert: { key: name, group: 'running', at: now, data: campaign } }]);
    this.#tell('campaign.started', campaign, `${total} contacts by ${campaign.accounts.length} numbers`);
    this.#wake();
    return this.report(name);
  }

  async change(name: string, to: 'running' | 'paused' | 'cancelled'): Promise<CampaignReport> {
    const record = await this.#get(name);
    const { state } = record.data;
    if (state === to) return this.report(name);
    if (state === 'done' || state === 'cancelled')
      throw new MusterError('CONFLICT', `The campaign ${name} is ${state}: it cannot be ${to === 'running' ? 'resumed' : to}.`);
    await this.#setState(record, to);
    this.#wake();
    return this.report(name);
  }

  async report(name: string): Promise<CampaignReport> {
    const { data } = await this.#get(name);
    const sessions: string[] = [];
    const held: Record<string, string> = {};
    for (const account of data.accounts) {
      const session = (await this.#context.accounts.get(account))?.data.clientId ?? account;
      const why = data.state === 'running' ? await this.#hold(data, account) : undefined;
      sessions.push(session);
      if (why !== undefined) held[session] = why;
    }
    return { ...data, sessions, progress: await this.targets.progress(name), held };
  }

  /** Newest first. */
  async list(): Promise<CampaignReport[]> {
    const records = await this.#records.list({ newestFirst: true, limit: 200 });
    return Promise.all(records.map(({ key }) => this.report(key)));
  }

  /** What became of a message of a campaign. */
  async follow({ campaign, chat, state, messageId, why }: Outgoing): Promise<void> {
    const number = numberOf(chat);
    const to = TARGET_OF[state];
    if (campaign === undefined || number === undefined || to === undefined) return;
    const change = { state: to, ...(messageId !== undefined && { messageId }), ...(why !== undefined && { why }) };
    for (;;) {
      const record = await this.targets.get(campaign, number);
      if (!record || record.data.state === to) return;
      try {
        return void (await this.targets.change(record, { ...change, changedAt: this.#context.now() }));
      } catch (error) {
        // Changed in between: what it is now is looked at.
        if (toMusterError(error).code !== 'CONFLICT') throw error;
      }
    }
  }

  /** Works until the signal ends. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const running = await this.#records.list({ group: 'running', limit: 1_000 });
      for (const record of running) {
        if (signal.aborted) return;
        await this.#step(record).catch((error: unknown) =>
          this.#tell('campaign.error', record.data, safeText(toMusterError(error).message, 300), 'error'),
        );
      }
      await this.#sleep(running.length > 0 ? LOOK_EVERY_MS : 60_000, signal);
    }
  }

  async #step(record: StoredRecord<Campaign>): Promise<void> {
    const campaign = record.data;
    for (const account of campaign.accounts)
      if ((await this.#hold(campaign, account)) === undefined) await this.#next(campaign, account);
    await this.#recover(campaign);
    const [waiting] = await this.targets.list(campaign.name, 'waiting', 1);
    const [claimed] = await this.targets.list(campaign.name, 'claimed', 1);
    if (!waiting && !claimed) await this.#setState(record, 'done');
  }

  /** Why this number sends nothing now; undefined when it may. */
  async #hold(campaign: Campaign, account: string): Promise<string | undefined> {
    const config = this.#context.config();
    const now = this.#context.now();
    const { quietUntil, timeZone } = config;
    if (this.#isQuiet()) return `quiet hours until ${quietUntil} (${timeZone})`;
    const session = this.#context.sessions.get(account);
    if (session?.state !== 'ready') return `its session is ${session?.status ?? session?.state ?? 'closed'}`;
    const paceMs = Math.max(config.campaignPaceMs, campaign.paceMs ?? 0);
    const day = localTime(now, timeZone).day;
    const days = [day, localTime(now - paceMs, timeZone).day];
    if ((await this.#days.lastAt(account, days)) + paceMs > now) return 'paces its messages';
    const own = (await this.#context.accounts.get(account))?.data.dailyCap;
    const cap = Math.min(config.dailyCap, campaign.dailyCap ?? Infinity, own ?? Infinity);
    return (await this.#days.of(account, day)) >= cap ? `its ${cap} of today are sent` : undefined;
  }

  #isQuiet(): boolean {
    return isQuietNow(this.#context.config(), this.#context.now());
  }

  async #next({ name }: Campaign, account: string): Promise<void> {
    const now = this.#context.now();
    for (;;) {
      const [record] = await this.targets.list(name, 'waiting', 1);
      if (!record) return;
      if (await this.optOuts.has(`${record.data.number}@c.us`)) {
        await this.targets.change(record, { state: 'opted-out', changedAt: now });
        continue;
      }
      await this.#days.add(account, localTime(now, this.#context.config().timeZone).day);
      // Noted before anything leaves: a crash from here on is cleared up by `#recover`, never by sending again.
      const claimed = await this.targets.change(record, { state: 'claimed', account, changedAt: now });
      return this.#send(claimed.data);
    }
  }

  async #send({ campaign, number, text, account = '' }: Target): Promise<void> {
    const { outbox } = this.#context.sessions.live<WhatsAppSession>(account);
    await outbox.add({ key: `campaign/${campaign}/${number}`, to: `${number}@c.us`, text, campaign });
  }

  /** Claimed ones follow what the outbox of their number has; one that never got there is put into it now, under its key. */
  async #recover({ name }: Campaign): Promise<void> {
    for (const { data } of await this.targets.list(name, 'claimed')) {
      if (data.account === undefined || this.#context.sessions.get(data.account)?.state !== 'ready') continue;
      const { outbox } = this.#context.sessions.live<WhatsAppSession>(data.account);
      const message = await outbox.get(`campaign/${name}/${data.number}`);
      if (message) await this.follow(message);
      else if (!this.#isQuiet()) await this.#send(data);
    }
  }

  async #get(name: string): Promise<StoredRecord<Campaign>> {
    const record = await this.#records.get(name);
    if (!record) throw new MusterError('NOT_FOUND', `There is no campaign ${name}.`);
    return record;
  }

  async #setState(record: StoredRecord<Campaign>, state: CampaignState): Promise<void> {
    const data: Campaign = { ...record.data, state };
    await this.#records.commit([{ replace: { ...record, group: state, data }, revision: record.revision }]);
    this.#tell(`campaign.${state}`, data, state);
  }

  #tell(type: string, { name }: Campaign, message: string, level: 'info' | 'error' = 'info'): void {
    this.#context.event({ type, level, message: `${name}: ${message}`, fields: { campaign: name } });
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    const ends = new AbortController();
    this.#wake = () => ends.abort();
    await this.#context.sleep(ms, AbortSignal.any([ends.signal, signal])).catch(() => undefined);
    this.#wake = () => undefined;
  }
}
