import type { Schedule, Selection } from '@muster/api';
import { formFields } from '@muster/sdk/ui';
import { openForm } from '../../overlays/form-dialog.tsx';
import { moment } from '../../parts/format.ts';
import type { Shell } from '../../shell.ts';
import { parseWhen, WHEN_EXAMPLES, whenFlags, type When, whenWords } from './when-text.ts';

/** What is to run, as it would be started now. */
export interface ClockCall {
  readonly plugin: string;
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly selection?: Selection;
  /** For people. */
  readonly title: string;
  /** The choice and the input as flags of the command line. */
  readonly flags: string;
}

const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const schema = {
  type: 'object',
  properties: {
    when: { type: 'string', description: WHEN_EXAMPLES },
    zone: { type: 'string', description: 'time zone of daily, weekdays and cron, such as Africa/Algiers' },
    name: { type: 'string', description: 'what to call it; empty: after the action' },
    missed: {
      type: 'string',
      enum: ['run', 'skip'],
      default: 'run',
      description: 'a time at which no host ran: made up for once, or left out',
    },
  },
  required: ['when'],
};

interface Timed {
  readonly when: When;
  readonly missed: 'run' | 'skip';
  readonly name?: string;
}

type Values = Readonly<Record<string, unknown>>;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const whenOf = ({ when, zone }: Values, now: number): When | undefined =>
  parseWhen(text(when), { now, zone: text(zone) || ownZone() });

function timed(values: Values, now: number): Timed {
  const when = whenOf(values, now);
  if (when === undefined) throw new Error(`when: not understood. ${WHEN_EXAMPLES}`);
  const name = text(values['name']);
  return { when, missed: values['missed'] === 'skip' ? 'skip' : 'run', ...(name === '' ? {} : { name }) };
}

const next = ({ nextAt }: Schedule, now: number): string =>
  nextAt === null ? 'it will not run again' : `next at ${moment(nextAt, now)}`;

/** Asks when, and lets the action come by itself from then on. */
export function openClockForm(shell: Shell, { title, flags, ...call }: ClockCall): void {
  openForm(shell, {
    title: `By the clock · ${title}`,
    crumb: 'when',
    intro: 'Which accounts a filter or "all" means is asked anew at each run.',
    fields: formFields(schema, { zone: ownZone() }),
    submitLabel: 'plan it',
    headless(values) {
      const when = whenOf(values, shell.now());
      return ['muster schedules add', `${call.plugin}.${call.action}`, flags, when ? whenFlags(when) : '--daily 02:30']
        .filter(Boolean)
        .join(' ');
    },
    async submit(values) {
      const body = { ...call, input: { ...call.input }, ...timed(values, shell.now()) };
      const schedule = await shell.client.call('addSchedule', { body });
      shell.notices.say(`${schedule.name}: ${schedule.whenText}; ${next(schedule, shell.now())}`, 'good');
      shell.navigation.go({ screen: 'jobs' });
    },
  });
}

/** Changes when something runs, and what it is called. */
export function editClock(shell: Shell, schedule: Schedule): void {
  const { id, name, when, missed } = schedule;
  const zone = when.kind === 'cron' ? when.timeZone : ownZone();
  openForm(shell, {
    title: `Change ${name}`,
    crumb: 'change',
    fields: formFields(schema, { when: whenWords(when), zone, name, missed }),
    submitLabel: 'save',
    headless(values) {
      const changed = whenOf(values, shell.now());
      return `muster schedules edit ${id} ${changed ? whenFlags(changed) : ''}`.trimEnd();
    },
    async submit(values) {
      const changed = await shell.client.call('editSchedule', { params: { id }, body: timed(values, shell.now()) });
      shell.notices.say(`${changed.name}: ${changed.whenText}; ${next(changed, shell.now())}`, 'good');
    },
  });
}
