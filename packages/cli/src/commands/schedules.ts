import type { Schedule } from '@muster/api';
import { MusterError, safeText } from '@muster/sdk';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { refuseOrAsk } from '../ask/confirm.ts';
import type { Context } from '../context.ts';
import type { Column } from '../print/table.ts';
import { moment } from '../print/words.ts';
import { readActionCall } from '../run/action-call.ts';
import { withSelection, type SelectionFlags } from '../run/selection.ts';
import { parseSpan, parseTime } from '../run/times.ts';
import { parseCount } from '../run/windows.ts';

type When = Schedule['when'];

interface WhenFlags {
  readonly at?: number;
  readonly every?: number;
  readonly daily?: string;
  readonly cron?: string;
  readonly zone: string;
}

interface AddFlags extends SelectionFlags, WhenFlags {
  readonly name?: string;
  readonly missed: 'run' | 'skip';
  readonly concurrency?: number;
}

const COLUMNS: readonly Column<Schedule>[] = [
  { title: 'ID', value: ({ id }) => id, spare: 2 },
  { title: 'NAME', value: ({ name }) => name, flexible: true },
  { title: 'ACTION', value: ({ plugin, action }) => `${plugin}.${action}` },
  { title: 'WHEN', value: ({ whenText }) => whenText, flexible: true },
  { title: 'NEXT', value: ({ nextAt, paused }) => (paused ? 'paused' : nextAt === null ? 'never' : moment(nextAt)) },
  { title: 'LAST JOB', value: ({ lastJob }) => lastJob, spare: 1 },
  { title: 'PROBLEM', value: ({ lastProblem }) => lastProblem, flexible: true, spare: 3 },
];

/** `02:30` as cron has it. */
function parseDaily(text: string): string {
  const [, hour = '', minute = ''] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hour === '' || Number(hour) > 23 || Number(minute) > 59) throw new InvalidArgumentError('It takes a time such as 02:30.');
  return `${Number(minute)} ${Number(hour)} * * *`;
}

const withWhen = (command: Command): Command =>
  command
    .addOption(new Option('--daily <time>', 'every day: 02:30').argParser(parseDaily))
    .addOption(new Option('--every <span>', 'again and again: 30m, 2h, 1d').argParser(parseSpan))
    .addOption(new Option('--at <time>', 'once: 15m, 23:30, 2026-12-01T10:00').argParser(parseTime))
    .option('--cron <pattern>', 'five fields: "30 2 * * 1-5"')
    .option('--zone <zone>', 'time zone of --daily and --cron', Intl.DateTimeFormat().resolvedOptions().timeZone);

const ownFlags = (command: Command): Command =>
  withWhen(command)
    .option('--name <text>', 'what to call it')
    .addOption(new Option('--missed <what>', 'a time at which no host ran').choices(['run', 'skip']).default('run'))
    .addOption(new Option('--concurrency <n>', 'tasks at once').argParser(parseCount(1, 1_000)));

/** Undefined when no flag says when. */
function whenOf({ at, every, daily, cron, zone }: WhenFlags): When | undefined {
  const pattern = daily ?? cron;
  const given: (When | undefined)[] = [
    at === undefined ? undefined : { kind: 'once', at },
    every === undefined ? undefined : { kind: 'every', everyMs: every, from: Date.now() + every },
    pattern === undefined ? undefined : { kind: 'cron', pattern, timeZone: zone },
  ];
  const [first, ...more] = given.filter((each) => each !== undefined);
  if (more.length > 0 || (daily !== undefined && cron !== undefined)) {
    throw new MusterError('BAD_REQUEST', 'Give one of --daily, --every, --at and --cron.');
  }
  return first;
}

function tell(context: Context, schedule: Schedule): void {
  const { name, whenText, paused, nextAt } = schedule;
  context.out.document({ schedule });
  const next = paused ? 'paused' : nextAt === null ? 'it will not run again' : `next at ${moment(nextAt)}`;
  context.out.line(`${safeText(name)} (${schedule.id}): ${safeText(whenText)}; ${next}.`);
}

async function list(context: Context): Promise<void> {
  const schedules = await (await context.client()).call('listSchedules');
  context.out.document({ schedules });
  context.out.table(COLUMNS, schedules);
  if (schedules.length === 0) context.out.note('No schedule. `muster schedules add <plugin.action> --daily 02:30` makes one.');
}

async function add(context: Context, words: readonly string[]): Promise<void> {
  const call = await readActionCall<AddFlags>(context, words, { verb: 'muster schedules add', own: ownFlags });
  const { plugin, action, input, selection, flags } = call;
  const when = whenOf(flags);
  if (!when) throw new MusterError('BAD_REQUEST', 'Say when: --daily 02:30, --every 2h, --at 23:30 or --cron "30 2 * * 1-5".');
  const body = {
    plugin,
    action: action.name,
    input,
    when,
    missed: flags.missed,
    ...(selection === undefined ? {} : { selection }),
    ...(flags.name === undefined ? {} : { name: flags.name }),
    ...(flags.concurrency === undefined ? {} : { concurrency: flags.concurrency }),
  };
  tell(context, await (await context.client()).call('addSchedule', { body }));
}

interface EditFlags extends WhenFlags {
  readonly name?: string;
  readonly missed?: 'run' | 'skip';
}

async function edit(context: Context, id: string, { name, missed, ...flags }: EditFlags): Promise<void> {
  const when = whenOf(flags);
  const body = {
    ...(when ? { when } : {}),
    ...(name === undefined ? {} : { name }),
    ...(missed === undefined ? {} : { missed }),
  };
  if (Object.keys(body).length === 0) throw new MusterError('BAD_REQUEST', 'Nothing to change: give a time, --name or --missed.');
  tell(context, await (await context.client()).call('editSchedule', { params: { id }, body }));
}

async function remove(context: Context, id: string, { yes }: { readonly yes?: boolean }): Promise<void> {
  const client = await context.client();
  const schedule = await client.call('getSchedule', { params: { id } });
  if (!yes) await refuseOrAsk(context, `The schedule "${safeText(schedule.name)}" will be removed.`, 'yes');
  await client.call('removeSchedule', { params: { id: schedule.id } });
  context.out.document({ removed: schedule.id });
  context.out.line(`${safeText(schedule.name)} is removed.`);
}

export function register(program: Command, context: Context): void {
  const schedules = program.command('schedules').description('Runs that come by themselves.');
  schedules
    .command('list')
    .description('Schedules, the next one first.')
    .action(() => list(context));
  const adding = schedules
    .command('add')
    .description('Runs an action by the clock. The inputs of the action are flags.')
    .usage('<plugin.action> [flags]')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument('[plugin.action]')
    .addHelpText('after', '\n`muster schedules add <plugin.action> --help` shows the inputs too.');
  adding.action(async (name: string | undefined) => {
    const words = adding.args.slice(1);
    if (name === undefined || name.startsWith('-')) {
      ownFlags(withSelection(adding));
      adding.help({ error: ![name, ...words].some((word) => word === '--help' || word === '-h') });
    }
    await add(context, [name as string, ...words]);
  });
  withWhen(schedules.command('edit').description('Changes when it runs, or what it is called.'))
    .argument('<schedule>', 'id or name')
    .option('--name <text>', 'call it so')
    .addOption(new Option('--missed <what>', 'a time at which no host ran').choices(['run', 'skip']))
    .action((id: string, flags: EditFlags) => edit(context, id, flags));
  for (const [verb, paused, text] of [
    ['pause', true, 'Lets its times go by.'],
    ['resume', false, 'Goes on; what passed is not made up for.'],
  ] as const) {
    schedules
      .command(verb)
      .description(text)
      .argument('<schedule>', 'id or name')
      .action(async (id: string) =>
        tell(context, await (await context.client()).call('editSchedule', { params: { id }, body: { paused } })),
      );
  }
  schedules
    .command('run')
    .description('Starts it now, beside its times.')
    .argument('<schedule>', 'id or name')
    .action(async (id: string) => {
      const { job } = await (await context.client()).call('runSchedule', { params: { id } });
      context.out.document({ job });
      context.out.line(`Job ${job} started.`);
    });
  schedules
    .command('remove')
    .description('Removes it.')
    .argument('<schedule>', 'id or name')
    .option('--yes', 'do not ask')
    .action((id: string, flags: { yes?: boolean }) => remove(context, id, flags));
}
