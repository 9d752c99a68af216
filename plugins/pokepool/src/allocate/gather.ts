import type { LeasedAccount, PluginTaskContext, PoolRequest } from '@muster/sdk';
import type { CheckAnswer } from '../checkers/answer.ts';
import type { Checker } from '../checkers/checker.ts';
import { fileAccount, type FileFormat } from '../formats/file-account.ts';
import type { Account, Config, Verdict } from '../schemas.ts';
import { eachAtPace } from './pace.ts';
import { restOf } from './verdict.ts';

export interface Gathered {
  /** In the order of the circle, each with its line of the file. */
  readonly good: readonly { readonly account: LeasedAccount<Account>; readonly line: string }[];
  readonly checked: number;
  readonly rested: Readonly<Record<string, number>>;
  readonly passedOver: number;
}

export interface GatherOptions {
  readonly wanted: number;
  readonly request: Omit<PoolRequest, 'count'>;
  readonly checker: Checker | undefined;
  readonly format: FileFormat;
  /** Once aborted no further account is looked at: those that are leased and were not yet go back. */
  readonly enough?: AbortSignal;
  /** Waits for a turn among all who look at accounts at the same time. */
  readonly inTurn?: (work: () => Promise<void>) => Promise<void>;
}

type Context = Pick<PluginTaskContext<Config, Account, unknown>, 'pool' | 'config' | 'signal' | 'progress' | 'now' | 'sleep'>;

/**
 * Leases the next accounts of the circle, checks them, and puts to rest those that fail, until there are as many good ones
 * as wanted or the pool is dry. Those that cannot be written, or have another level by now, are given back at the end: until
 * then they stay leased, so that they are not offered again.
 */
export async function gather(ctx: Context, options: GatherOptions): Promise<Gathered> {
  const { wanted, request, checker, format, enough, inTurn = (work) => work() } = options;
  const { pool, config, signal } = ctx;
  const good: { account: LeasedAccount<Account>; line: string }[] = [];
  const passedOver: LeasedAccount<Account>[] = [];
  const unlooked: LeasedAccount<Account>[] = [];
  const rested: Record<string, number> = {};
  let checked = 0;
  let passing = 0;

  const { min = 0, max = Infinity } = request.rank ?? {};
  const fits = (level: number | undefined): boolean => level === undefined || (level >= min && level <= max);
  const isEnough = (): boolean => enough?.aborted === true;
  const report = (): void => {
    const parts = [
      checker ? `${checked} checked` : '',
      ...Object.entries(rested).map(([verdict, count]) => `${count} ${verdict}`),
    ];
    ctx.progress(good.length + passing, wanted, parts.filter((part) => part !== '').join(', '));
  };

  const judge = async (account: LeasedAccount<Account>): Promise<CheckAnswer | undefined> => {
    if (!checker) return undefined;
    const { provider, username, level, model, ios, deviceId } = account.data;
    const password = (await account.secret('password')) ?? null;
    const subject = {
      provider,
      username,
      password,
      level: level ?? null,
      model: model ?? null,
      ios: ios ?? null,
      deviceId: deviceId ?? null,
    };
    const answer = await checker.check(subject, signal);
    checked++;
    return answer;
  };
  const putToRest = async (
    account: LeasedAccount<Account>,
    verdict: Exclude<Verdict, 'good'>,
    detail: string | undefined,
  ): Promise<void> => {
    const rest = restOf(verdict, config, detail);
    if (rest.forMs === null) await pool.fail(account, { status: verdict, why: rest.why });
    else await pool.rest(account, { until: ctx.now() + rest.forMs, status: verdict, why: rest.why });
    rested[verdict] = (rested[verdict] ?? 0) + 1;
  };

  report();
  while (good.length < wanted && !isEnough()) {
    signal.throwIfAborted();
    const batch = await pool.lease({ ...request, count: wanted - good.length });
    if (batch.length === 0) break;
    const lines: (string | undefined)[] = [];
    const pace = {
      limit: checker ? config.checksAtOnce : 1,
      everyMs: checker ? config.checkPaceMs : 0,
      signal,
      sleep: ctx.sleep,
    };
    const look = async (account: LeasedAccount<Account>, index: number): Promise<void> => {
      if (isEnough()) {
        unlooked.push(account);
        return;
      }
      const line = await lineOf(account, format);
      if (line === undefined) {
        passedOver.push(account);
        return;
      }
      const answer = await judge(account);
      if (answer?.level !== undefined && answer.level !== account.data.level) {
        await pool.update(account, { data: { level: answer.level } });
      }
      if (answer?.verdict === 'good' && !fits(answer.level)) {
        passedOver.push(account);
        return;
      }
      if (answer && answer.verdict !== 'good') await putToRest(account, answer.verdict, answer.detail);
      else {
        lines[index] = line;
        passing++;
      }
      report();
    };
    await eachAtPace(batch, pace, (account, index) => inTurn(() => look(account, index)));
    passing = 0;
    for (const [index, account] of batch.entries()) {
      const line = lines[index];
      if (line !== undefined) good.push({ account, line });
    }
  }
  const back = [...passedOver, ...unlooked];
  if (back.length > 0) await pool.giveBack(back);
  return { good, checked, rested, passedOver: passedOver.length };
}

/** Undefined for an account without a password, and for one that the format cannot hold. */
async function lineOf(account: LeasedAccount<Account>, format: FileFormat): Promise<string | undefined> {
  const password = await account.secret('password');
  if (password === undefined || password === '') return undefined;
  const entry = fileAccount({ ...account.data, password });
  return format.unfit(entry) === undefined ? format.line(entry) : undefined;
}
