import type { Prompt } from '@muster/api';
import { cutMiddle, Lines, Panel, type Spans, spread, wrap } from '@muster/sdk/ui';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { span } from '../../parts/format.ts';
import { useMinute, useSecond } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import type { Readable, Store } from '../../state/store.ts';
import { type Answer, answeredLines } from './answered.ts';
import type { InboxState } from './inbox-state.ts';
import type { ShownPicture } from './prompt-picture.ts';
import { titleAlone } from './prompt-title.ts';
import { deadline, Question } from './question.tsx';

const WIDE = 100;
const TALL = 36;

/** Who asks for what, and since when. Names that begin alike must not look the same. */
function headLine(prompt: Prompt, { chosen, now, width }: { chosen: boolean; now: number; width: number }): Spans {
  const kind = `? ${prompt.kind}  `;
  const since = `${span(now - prompt.createdAt)} `;
  return spread(
    [
      { text: chosen ? ' ❯ ' : '   ', tone: 'accent', bold: true },
      { text: kind, tone: 'ask' },
      { text: cutMiddle(prompt.label, width - kind.length - since.length - 4), bold: chosen },
    ],
    [{ text: since, tone: 'faint' }],
    width,
  );
}

function listLines(prompts: readonly Prompt[], at: Prompt | undefined, now: number, width: number): Spans[] {
  if (prompts.length === 0) return [[], [{ text: '  Nothing waits for you.', tone: 'faint' }]];
  return prompts.flatMap((prompt): Spans[] => [
    headLine(prompt, { chosen: prompt.id === at?.id, now, width }),
    [{ text: `     ${titleAlone(prompt)}`, tone: 'faint' }],
    deadline(prompt, now, Math.max(6, width - 28)),
    [],
  ]);
}

/** Where no question waits. */
const IDLE: readonly string[] = [
  'Codes from mails, captchas, yes or no: what tasks ask of a person waits here, the nearest deadline first. The bell rings once for each.',
  'Each can be answered in a browser too: its link stands beside it.',
  '`muster prompts watch --exec CMD` lets a program of yours answer codes.',
];
const wrapped = (text: string, width: number): Spans[] => [
  [],
  ...wrap(text, Math.max(8, width)).map((line): Spans => [{ text: `  ${line}`, tone: 'faint' }]),
];

/** Below the questions: what was answered today, where there is room for more than its heading. */
function withAnswered(list: Spans[], answers: readonly Answer[], room: { now: number; width: number; rows: number }): Spans[] {
  const rows = room.rows - list.length;
  return rows < 5 ? list : [...list, ...answeredLines(answers, { ...room, rows })];
}

interface Props extends Area {
  readonly shell: Shell;
  readonly state: Store<InboxState>;
  readonly picture: Store<ShownPicture | null>;
  readonly answers: Readable<readonly Answer[]>;
  readonly current: () => Prompt | undefined;
}

/** What waits for a person, with its deadline, and the place to answer it. */
export function InboxView({ shell, state, picture, answers, current, width, height }: Props): ReactNode {
  const prompts = useStore(shell.live.prompts);
  const view = useStore(state);
  const shown = useStore(picture);
  const answered = useStore(answers);
  useSecond(shell, prompts.length > 0);
  // After midnight nothing was answered today.
  useMinute(shell);
  const prompt = current();
  const now = shell.now();
  const wide = width >= WIDE;
  const listWidth = wide ? 46 : width;
  // A picture needs the rows more than the list does.
  const shortest =
    prompt?.hasImage === true && height < TALL ? 0 : Math.max(answered.length > 0 ? 10 : 5, prompts.length * 4 + 2);
  const listHeight = wide ? height : Math.min(height - (prompt ? 12 : 10), shortest);
  const rows = listHeight - 2;
  const questions = listLines(prompts, prompt, now, listWidth - 2).slice(0, Math.max(0, rows));
  const list = withAnswered(questions, answered, { now, width: listWidth - 2, rows });
  const side = { width: wide ? width - listWidth : width, height: wide ? height : height - listHeight };
  return (
    <Box flexDirection={wide ? 'row' : 'column'} width={width} height={height}>
      {listHeight > 0 && (
        <Panel
          title="Needs you"
          aside={prompts.length > 0 ? `${prompts.length} · nearest deadline first` : ''}
          focused={view.answer === null}
          width={listWidth}
          height={listHeight}
        >
          <Lines lines={list} width={listWidth - 2} />
        </Panel>
      )}
      <Panel
        title={prompt ? `${prompt.label} asks` : 'What comes here'}
        aside={listHeight === 0 && prompts.length > 1 ? `${prompts.length} wait · j next` : ''}
        focused={view.answer !== null}
        tone={prompt ? 'ask' : 'faint'}
        {...side}
      >
        {!prompt && <Lines lines={IDLE.flatMap((text) => wrapped(text, side.width - 4))} width={side.width - 2} />}
        {prompt && (
          <Question prompt={prompt} view={view} now={now} shown={shown} width={side.width - 2} height={side.height - 2} />
        )}
      </Panel>
    </Box>
  );
}
