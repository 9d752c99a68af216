import { basename } from 'node:path';
import { Line, type Spans, spread, Tabs, type Tab } from '@muster/sdk/ui';
import { useMemo, type ReactNode } from 'react';
import type { Command } from '../keys/command.ts';
import { fitHints, HELP_HINT, hintRoom, hintsNow, hintSpans } from '../keys/hints.ts';
import { runningTasks } from '../screens/jobs/job-figures.ts';
import type { Screen } from '../screens/screen.ts';
import { sessionsForPeople } from '../screens/sessions/session-looks.ts';
import type { Shell } from '../shell.ts';
import type { ScreenId } from '../state/navigation.ts';
import type { Readable } from '../state/store.ts';
import { grouped, moment, shortCount, timeOfDay } from './format.ts';
import { useMinute } from './use-minute.ts';
import { useStore, useStores } from './use-store.ts';

interface BarProps {
  readonly shell: Shell;
  readonly screen: Screen;
  readonly width: number;
}

function figures(shell: Shell, narrow: boolean): Spans {
  const { live } = shell;
  const running = runningTasks(live.jobs.get());
  const needs = live.prompts.get().length + sessionsForPeople(live).length;
  const failed = live.tally.get().reduce((sum, { state, count }) => (state === 'failed' ? sum + count : sum), 0);
  const clock = timeOfDay(shell.now(), 'minutes');
  return narrow
    ? [`◆${shortCount(running)} ?${shortCount(needs)} ×${shortCount(failed)} ${clock} `]
    : [`◆ ${grouped(running)} running   ? ${grouped(needs)} need you   × ${grouped(failed)} failed   ${clock} `];
}

/** Where one is, and always: what runs, what needs a person, what failed. */
export function TitleBar({ shell, screen, width }: BarProps): ReactNode {
  const { live, overlays, navigation } = shell;
  const watched = useMemo(
    (): Readable<unknown>[] => [
      live.jobs,
      live.prompts,
      live.sessions,
      live.tally,
      live.link,
      overlays.stack,
      navigation.history,
      ...screen.stores,
    ],
    [live, overlays, navigation, screen],
  );
  useStores(watched);
  useMinute(shell);
  const crumbs = [...screen.crumbs(), ...overlays.stack.get().map(({ overlay }) => overlay.crumb)];
  const narrow = width < 100;
  const place = narrow ? '' : `  ${basename(shell.directory)}`;
  const left: Spans = [{ text: ' muster', bold: true }, `${place}  ${crumbs.map((crumb) => `❯ ${crumb}`).join(' ')}`];
  return <Line width={width} inverse spans={spread(left, figures(shell, narrow), width)} />;
}

const TABS: readonly { id: ScreenId; key: string; title: string }[] = [
  { id: 'home', key: '1', title: 'Home' },
  { id: 'accounts', key: '2', title: 'Accounts' },
  { id: 'jobs', key: '3', title: 'Jobs' },
  { id: 'sessions', key: '4', title: 'Sessions' },
  { id: 'pool', key: '5', title: 'Pool' },
  { id: 'gateway', key: '6', title: 'Gateway' },
  { id: 'proxies', key: '7', title: 'Proxies' },
  { id: 'inbox', key: '8', title: 'Inbox' },
  { id: 'logs', key: '9', title: 'Logs' },
  { id: 'plugins', key: '0', title: 'Plugins' },
  { id: 'settings', key: ',', title: 'Settings' },
];

/** The tabs as they are now: inbox and sessions say how many wait. */
export function tabsNow(shell: Shell): readonly (Tab & { readonly id: ScreenId })[] {
  const prompts = shell.live.prompts.get().length;
  const sessions = sessionsForPeople(shell.live).length;
  const badgeOf = (count: number): string => (count > 0 ? String(count) : '');
  const badges: Partial<Record<ScreenId, string>> = { inbox: badgeOf(prompts), sessions: badgeOf(sessions) };
  return TABS.map((tab) => {
    const badge = badges[tab.id];
    return badge === undefined ? tab : Object.assign({ badge }, tab);
  });
}

export function TabBar({ shell, screen, width }: BarProps): ReactNode {
  useStore(shell.live.prompts);
  useStore(shell.live.sessions);
  return <Tabs tabs={tabsNow(shell)} active={screen.id} width={width} />;
}

function linkSpans(shell: Shell): Spans | undefined {
  const link = shell.live.link.get();
  if (link.kind === 'live') return undefined;
  if (link.kind === 'connecting') return [{ text: ' looking for the host …', tone: 'faint' }];
  if (link.kind === 'refused') return [{ text: ` × the host refuses: ${link.reason}`, tone: 'bad' }];
  return [
    { text: ' × lost the host', tone: 'bad', bold: true },
    // What to do comes first: at 80 columns the reason is cut.
    `  this is from ${moment(link.since, shell.now())}; \`muster serve\` starts it (attempt ${link.attempt}: ${link.reason})`,
  ];
}

/** One row for what the screen says of itself, or for what just happened. */
export function StatusRow({ shell, screen, width }: BarProps): ReactNode {
  const { live, notices, clock } = shell;
  const watched = useMemo((): Readable<unknown>[] => [live.link, clock.slow, ...screen.stores], [live, clock, screen]);
  useStores(watched);
  const notice = useStore(notices.current);
  // A lost host comes before anything else: what is on the screen is old.
  const left: Spans = linkSpans(shell) ?? (notice ? [{ text: ` ${notice.text}`, tone: notice.tone }] : screen.status());
  const right: Spans = clock.slow.get() ? [{ text: 'slow line: drawn less often ', tone: 'warn' }] : [];
  return <Line width={width} spans={spread(left, right, width)} />;
}

/** The keys that matter here, made from the key map. */
export function KeyBar({ shell, screen, width, commands }: BarProps & { commands: readonly Command[] }): ReactNode {
  const watched = useMemo((): Readable<unknown>[] => [shell.overlays.stack, shell.live.jobs, ...screen.stores], [shell, screen]);
  useStores(watched);
  const hints = fitHints(hintsNow(shell, screen, commands), hintRoom(width));
  return <Line width={width} spans={spread(hints.flatMap(hintSpans), hintSpans(HELP_HINT), width)} />;
}
