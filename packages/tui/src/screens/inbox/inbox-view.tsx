import type { Prompt } from '@muster/api';
import { bar, caretSpans, Panel, type Spans, spread, wrap, Lines } from '@muster/sdk/ui';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { span, timeOfDay } from '../../parts/format.ts';
import { useSecond } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import type { Store } from '../../state/store.ts';
import { type InboxState, isTyped } from './inbox-state.ts';

const WIDE = 100;

function deadline(prompt: Prompt, now: number, width: number): Spans {
  const left = Math.max(0, prompt.expiresAt - now);
  const tone = left < 60_000 ? 'warn' : 'accent';
  return [
    '     ',
    ...bar(left, prompt.expiresAt - prompt.createdAt, { width, tone }),
    { text: ` expires in ${span(left)}`, tone },
  ];
}

function listLines(prompts: readonly Prompt[], at: Prompt | undefined, now: number, width: number): Spans[] {
  if (prompts.length === 0) return [[], [{ text: '  Nothing waits for you.', tone: 'faint' }]];
  return prompts.flatMap((prompt): Spans[] => [
    spread(
      [
        { text: prompt.id === at?.id ? ' ❯ ' : '   ', tone: 'accent', bold: true },
        { text: `? ${prompt.kind}  `, tone: 'ask' },
        { text: prompt.label, bold: prompt.id === at?.id },
      ],
      [{ text: `${span(now - prompt.createdAt)} `, tone: 'faint' }],
      width,
    ),
    [{ text: `     ${prompt.title}`, tone: 'faint' }],
    deadline(prompt, now, Math.max(6, width - 28)),
    [],
  ]);
}

function questionLines(prompt: Prompt, { answer }: InboxState, now: number, inside: number): Spans[] {
  const how: Spans[] = isTyped(prompt)
    ? answer === null
      ? [[{ text: '  ⏎', tone: 'accent', bold: true }, ' types the answer']]
      : [
          ['  answer  ', ...caretSpans(answer.edit, { focused: true })],
          [],
          [{ text: '  ⏎ sends it · paste works · spaces and dashes of a code are dropped', tone: 'faint' }],
        ]
    : prompt.kind === 'confirm'
      ? [[{ text: '  y', tone: 'accent', bold: true }, ' yes   ', { text: 'n', tone: 'accent', bold: true }, ' no']]
      : [[{ text: `  muster sessions qr draws the code; the account is ${prompt.label}`, tone: 'faint' }]];
  return [
    [],
    ...wrap(prompt.title, inside - 4).map((line): Spans => [{ text: `  ${line}`, bold: true }]),
    ...(prompt.text === null ? [] : wrap(prompt.text, inside - 4).map((line): Spans => [`  ${line}`])),
    [],
    ...how,
    [],
    deadline(prompt, now, Math.max(6, Math.min(40, inside - 30))),
    [],
    [{ text: '  provider  ', tone: 'faint' }, prompt.plugin],
    [{ text: '  account   ', tone: 'faint' }, prompt.label],
    [{ text: '  asked at  ', tone: 'faint' }, timeOfDay(prompt.createdAt)],
    [{ text: '  meanwhile ', tone: 'faint' }, 'the task waits and keeps its account; the others go on'],
  ];
}

interface Props extends Area {
  readonly shell: Shell;
  readonly state: Store<InboxState>;
  readonly current: () => Prompt | undefined;
}

/** What waits for a person, with its deadline, and the place to answer it. */
export function InboxView({ shell, state, current, width, height }: Props): ReactNode {
  const prompts = useStore(shell.live.prompts);
  const view = useStore(state);
  useSecond(shell, prompts.length > 0);
  const prompt = current();
  const now = shell.now();
  const wide = width >= WIDE;
  const listWidth = wide ? 46 : width;
  const listHeight = wide ? height : Math.min(height - 12, Math.max(5, prompts.length * 4 + 2));
  const list = listLines(prompts, prompt, now, listWidth - 2).slice(0, listHeight - 2);
  const side = { width: wide ? width - listWidth : width, height: wide ? height : height - listHeight };
  const lines = prompt ? questionLines(prompt, view, now, side.width - 2).slice(0, side.height - 2) : [];
  return (
    <Box flexDirection={wide ? 'row' : 'column'} width={width} height={height}>
      <Panel
        title="Needs you"
        aside={prompts.length > 0 ? `${prompts.length} · nearest deadline first` : ''}
        focused={view.answer === null}
        width={listWidth}
        height={listHeight}
      >
        <Lines lines={list} width={listWidth - 2} />
      </Panel>
      <Panel
        title={prompt ? `${prompt.label} asks` : '—'}
        focused={view.answer !== null}
        tone={prompt ? 'ask' : 'faint'}
        {...side}
      >
        <Lines lines={lines} width={side.width - 2} />
      </Panel>
    </Box>
  );
}
