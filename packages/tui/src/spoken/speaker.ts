import { drawable, splitGraphemes } from '@muster/sdk/ui';
import type { Job } from '@muster/api';
import { countOf, runningTasks } from '../screens/jobs/job-figures.ts';
import type { Screen } from '../screens/screen.ts';
import type { Shell } from '../shell.ts';
import type { Spoken } from './spoken.ts';

export interface SpeakerOptions {
  readonly shell: Shell;
  readonly screen: () => Screen;
  /** Writes to the terminal as it stands. */
  readonly write: (text: string) => void;
}

export interface Speaker {
  /** Looks what changed after a key, and says it. */
  readonly afterKey: () => void;
  /** Says again where one is. */
  readonly repeat: () => void;
  readonly close: () => void;
}

/** Keys held down, or typed ahead, are answered with where they led, and not with each step. */
const AFTER_KEY_MS = 40;

const isOver = ({ state }: Job): boolean => state === 'done' || state === 'cancelled';

/** The program as lines of plain text, each said once and never drawn over, for readers of screens. */
export function createSpeaker({ shell, screen, write }: SpeakerOptions): Speaker {
  const { live, overlays, notices, navigation } = shell;
  let said: Spoken = { place: '' };
  let midLine = false;
  let pending: NodeJS.Timeout | undefined;

  const line = (text: string): void => {
    for (const part of text.split('\n')) {
      if (part.trim() === '') continue;
      write(`${midLine ? '\r\n' : ''}${drawable(part.trim())}\r\n`);
      midLine = false;
    }
  };
  const typed = ({ label, text, secret = false }: NonNullable<Spoken['typed']>): void => {
    const shown = secret ? '*'.repeat(splitGraphemes(text).length) : drawable(text);
    const before = said.typed;
    const old = before === undefined ? '' : secret ? '*'.repeat(splitGraphemes(before.text).length) : drawable(before.text);
    if (midLine && before?.label === label && shown.startsWith(old)) return write(shown.slice(old.length));
    write(`${midLine ? '\r\n' : ''}${drawable(label)}: ${shown}`);
    midLine = true;
  };
  const now = (): Spoken => {
    const front = overlays.top();
    const here = screen();
    return (
      front?.spoken?.() ??
      (front === undefined ? here.spoken?.() : undefined) ?? { place: (front ? [front.crumb] : here.crumbs()).join(', ') }
    );
  };
  const look = (): void => {
    pending = undefined;
    const next = now();
    const moved = next.place !== said.place;
    if (moved) line(next.place);
    if (next.item !== undefined && (moved || next.item !== said.item)) line(next.item);
    if (next.typed !== undefined) {
      if (moved || next.typed.label !== said.typed?.label || next.typed.text !== said.typed.text) typed(next.typed);
    } else if (midLine) {
      write('\r\n');
      midLine = false;
    }
    said = next;
  };
  const soon = (): void => {
    pending ??= setTimeout(look, AFTER_KEY_MS);
  };

  const sayNotice = (): void => {
    const notice = notices.current.get();
    if (notice) line(notice.text);
  };
  let asked = new Set(live.prompts.get().map(({ id }) => id));
  const sayPrompts = (): void => {
    const prompts = live.prompts.get();
    for (const { id, kind, label, title } of prompts)
      if (!asked.has(id)) line(`Needs you: ${kind} for ${label}. ${title}. i opens the inbox.`);
    asked = new Set(prompts.map(({ id }) => id));
  };
  let over = new Set(
    live.jobs
      .get()
      .filter(isOver)
      .map(({ id }) => id),
  );
  const sayJobs = (): void => {
    const ended = live.jobs.get().filter(isOver);
    for (const job of ended)
      if (!over.has(job.id))
        line(`${job.title} is ${job.state}: ${countOf(job, 'done')} done, ${countOf(job, 'failed')} failed.`);
    over = new Set(ended.map(({ id }) => id));
  };
  let link = live.link.get().kind;
  const sayLink = (): void => {
    const { kind } = live.link.get();
    if (kind === 'lost' && link !== 'lost') line('The host is lost. What was said is old; trying again.');
    if (kind === 'live' && link === 'lost') line('The host is back.');
    link = kind;
  };
  // What arrives later, as a list does after its question: said once it is there. Figures that run are said when asked for.
  const fill = (): void => {
    if (now().place !== said.place || (said.item === undefined && now().item !== undefined)) look();
  };
  const greet = (): void => {
    const failed = live.tally.get().reduce((sum, { state, count }) => (state === 'failed' ? sum + count : sum), 0);
    const running = runningTasks(live.jobs.get());
    line(
      `muster, screen reader mode. ${running} running. ${live.prompts.get().length} need you. ${failed} failed. Question mark lists keys, colon finds any command.`,
    );
    look();
  };
  const stops = [
    overlays.stack.subscribe(soon),
    navigation.history.subscribe(soon),
    notices.current.subscribe(sayNotice),
    live.prompts.subscribe(sayPrompts),
    live.jobs.subscribe(sayJobs),
    live.link.subscribe(sayLink),
    shell.clock.onTick(fill),
  ];
  greet();
  return {
    afterKey: soon,
    repeat() {
      said = { place: '' };
      greet();
    },
    close() {
      clearTimeout(pending);
      for (const stop of stops) stop();
      if (midLine) write('\r\n');
    },
  };
}
