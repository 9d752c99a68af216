import { parseDuration, parseMoment, watch, type MusterEvent } from '@muster/api';
import { safeText } from '@muster/sdk';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Context } from '../context.ts';
import { moment } from '../print/words.ts';
import { parseCount } from '../run/windows.ts';

interface EventFlags {
  readonly since?: number;
  readonly account?: string;
  readonly job?: string;
  readonly level?: string;
  readonly text?: string;
  readonly limit: number;
  readonly follow: boolean;
}

const since = (text: string): number => {
  const span = parseDuration(text);
  const at = span === undefined ? parseMoment(text, Date.now()) : Date.now() - span;
  if (at === undefined) throw new InvalidArgumentError('It takes 15m, 2d or 2026-12-01T10:00.');
  return at;
};

const LEVEL_STYLE = { debug: 'dim', info: 'dim', ask: 'yellow', warn: 'yellow', error: 'red', audit: 'cyan' } as const;

async function events(context: Context, flags: EventFlags): Promise<void> {
  const { out, signal } = context;
  const client = await context.client();
  const account =
    flags.account === undefined ? undefined : (await client.call('getAccount', { params: { id: flags.account } })).id;
  const of = { ...(account === undefined ? {} : { account }), ...(flags.job === undefined ? {} : { job: flags.job }) };
  const narrow = {
    ...of,
    ...(flags.since === undefined ? {} : { sinceMs: flags.since }),
    ...(flags.level === undefined ? {} : { levels: flags.level }),
    ...(flags.text === undefined ? {} : { text: flags.text }),
  };
  const print = (event: MusterEvent): void => {
    out.document(event);
    out.line(
      `${moment(event.at)}  ${out.paint(LEVEL_STYLE[event.level], event.level.padEnd(5))}  ${safeText(event.type)}  ${safeText(event.message)}`,
    );
  };
  const past = await client.call('queryEvents', { query: { ...narrow, limit: flags.limit } }, signal);
  for (const event of past) print(event);
  if (!flags.follow) return;

  const levels = flags.level?.split(',');
  const wanted = (event: MusterEvent): boolean =>
    (levels === undefined || levels.includes(event.level)) &&
    (flags.text === undefined || `${event.type} ${event.message}`.toLowerCase().includes(flags.text.toLowerCase()));
  const after = past.at(-1)?.seq;
  await new Promise<void>((resolve, reject) => {
    const subscription = watch(client, { topics: ['event'], ...of, ...(after === undefined ? {} : { after }) }).subscribe({
      next(message) {
        if (message.kind === 'event' && wanted(message.event)) print(message.event);
        else if (message.kind === 'lagged')
          out.note('muster: this reader is too slow; some events are left out here, not in the log.');
        else if (message.kind === 'down') out.note(`muster: the host is away (${message.reason}); trying again.`);
      },
      error: reject,
    });
    signal.addEventListener('abort', () => (subscription.unsubscribe(), resolve()), { once: true });
  });
}

export function register(program: Command, context: Context): void {
  program
    .command('events')
    .description('Prints the event log and follows it; with --json one line of JSON each.')
    .addOption(new Option('--since <time>', 'from then on: 15m, 2d, 2026-12-01').argParser(since))
    .option('--account <id>', 'of this account, by id or label')
    .option('--job <id>', 'of this job')
    .option('--level <levels>', 'comma-separated: debug, info, ask, warn, error, audit')
    .option('--text <text>', 'with this text')
    .addOption(new Option('--limit <n>', 'at most so many of the past').argParser(parseCount(1, 5_000)).default(200))
    .option('--no-follow', 'print what is there and end')
    .action((flags: EventFlags) => events(context, flags));
}
