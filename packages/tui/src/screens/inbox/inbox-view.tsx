import type { Prompt } from '@muster/api';
import { bar, caretSpans, Panel, pictureSize, PictureView, type Spans, spread, wrap, Lines } from '@muster/sdk/ui';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { span, timeOfDay } from '../../parts/format.ts';
import { useSecond } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import type { Store } from '../../state/store.ts';
import type { InboxState } from './inbox-state.ts';
import type { ShownPicture } from './prompt-picture.ts';

const WIDE = 100;
const TALL = 36;

function deadline(prompt: Prompt, now: number, width: number): Spans {
  const left = Math.max(0, prompt.expiresAt - now);
  const tone = left < 60_000 ? 'warn' : 'accent';
  return [
    '     ',
    ...bar(left, prompt.expiresAt - prompt.createdAt, { width, tone }),
    { text: ` expires in ${span(left)}`, tone },
  ];
}

/** The line above has the account already. */
const withoutLabel = ({ title, label }: Prompt): string =>
  title.startsWith(`${label}: `) ? title.slice(label.length + 2) : title;

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
    [{ text: `     ${withoutLabel(prompt)}`, tone: 'faint' }],
    deadline(prompt, now, Math.max(6, width - 28)),
    [],
  ]);
}

/** Small letters of a picture that is drawn from blocks in less than this cannot be read. */
const SHARP_SCALE = 0.5;
const LEAST_PICTURE_ROWS = 3;

function howLines(prompt: Prompt, { answer }: InboxState): Spans[] {
  if (prompt.kind === 'confirm') {
    return [[{ text: '  y', tone: 'accent', bold: true }, ' yes   ', { text: 'n', tone: 'accent', bold: true }, ' no']];
  }
  if (prompt.kind === 'qr') return [[{ text: '  y', tone: 'accent', bold: true }, ' it is scanned']];
  if (answer === null) return [[{ text: '  ⏎', tone: 'accent', bold: true }, ' types the answer']];
  return [
    ['  answer  ', ...caretSpans(answer.edit, { focused: true })],
    [{ text: '  ⏎ sends it · paste works · spaces and dashes of a code are dropped', tone: 'faint' }],
  ];
}

const titleLines = (prompt: Prompt, inside: number): Spans[] => [
  [],
  ...wrap(prompt.title, inside - 4).map((line): Spans => [{ text: `  ${line}`, bold: true }]),
  ...(prompt.text === null ? [] : wrap(prompt.text, inside - 4).map((line): Spans => [`  ${line}`])),
  [],
];

/** What to do, until when, and where else it can be done; the rest where there is room. */
function footLines(prompt: Prompt, view: InboxState, now: number, inside: number): { must: Spans[]; spare: Spans[] } {
  // Whole, also where it needs a line of its own: half an address opens nothing.
  const place = (label: string, where: string | undefined): Spans[] => {
    if (where === undefined) return [];
    const name: Spans = [{ text: `  ${label}`, tone: 'faint' }];
    return label.length + where.length + 2 <= inside ? [[...name, where]] : [name, [`  ${where}`]];
  };
  return {
    must: [
      ...howLines(prompt, view),
      deadline(prompt, now, Math.max(6, Math.min(40, inside - 30))),
      ...place('browser   ', prompt.link),
      ...place('picture   ', prompt.imagePath),
    ],
    spare: [
      [],
      [{ text: '  provider  ', tone: 'faint' }, prompt.plugin],
      [{ text: '  account   ', tone: 'faint' }, prompt.label],
      [{ text: '  asked at  ', tone: 'faint' }, timeOfDay(prompt.createdAt)],
      [{ text: '  meanwhile ', tone: 'faint' }, 'the task waits and keeps its account; the others go on'],
    ],
  };
}

/** In place of a picture, or above one that is drawn small. */
function pictureWord(shown: ShownPicture | null, room: Area): Spans[] {
  if (shown === null) return [];
  if (shown.problem !== '') {
    const text = `The picture cannot be drawn here: ${shown.problem}`;
    return wrap(text, Math.max(8, room.width - 2)).map((line): Spans => [{ text: `  ${line}`, tone: 'warn' }]);
  }
  if (shown.picture === null) return [[{ text: '  the picture is on its way …', tone: 'faint' }]];
  if (room.height < LEAST_PICTURE_ROWS)
    return [[{ text: '  No room for the picture: open the file or the link.', tone: 'warn' }]];
  return pictureSize(shown.picture, room.width, room.height).scale < SHARP_SCALE
    ? [[{ text: '  drawn small: the file and the link have it sharp', tone: 'faint' }]]
    : [];
}

interface QuestionProps extends Area {
  readonly prompt: Prompt;
  readonly view: InboxState;
  readonly now: number;
  readonly shown: ShownPicture | null;
}

/** The question, its picture, and the place for the answer. */
function Question({ prompt, view, now, shown, width, height }: QuestionProps): ReactNode {
  const head = titleLines(prompt, width);
  const { must, spare } = footLines(prompt, view, now, width);
  // A row for what is said of it, and one between it and the rest.
  const room = { width: width - 2, height: Math.max(0, height - head.length - must.length - 2) };
  const own = shown?.prompt === prompt.id ? shown : null;
  const words = pictureWord(own, room);
  const picture = own?.picture && room.height >= LEAST_PICTURE_ROWS ? own.picture : null;
  const drawn = picture ? pictureSize(picture, room.width, room.height).rows : 0;
  const left = height - head.length - words.length - drawn - must.length - 1;
  const foot = [[] satisfies Spans, ...must, ...(left >= spare.length ? spare : [])];
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Lines lines={[...head, ...words].slice(0, height)} width={width} />
      {picture && <PictureView picture={picture} width={room.width} height={drawn} />}
      <Lines lines={foot.slice(0, Math.max(0, height - head.length - words.length - drawn))} width={width} />
    </Box>
  );
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

interface Props extends Area {
  readonly shell: Shell;
  readonly state: Store<InboxState>;
  readonly picture: Store<ShownPicture | null>;
  readonly current: () => Prompt | undefined;
}

/** What waits for a person, with its deadline, and the place to answer it. */
export function InboxView({ shell, state, picture, current, width, height }: Props): ReactNode {
  const prompts = useStore(shell.live.prompts);
  const view = useStore(state);
  const shown = useStore(picture);
  useSecond(shell, prompts.length > 0);
  const prompt = current();
  const now = shell.now();
  const wide = width >= WIDE;
  const listWidth = wide ? 46 : width;
  // A picture needs the rows more than the list does.
  const shortest = prompt?.hasImage === true && height < TALL ? 0 : Math.max(5, prompts.length * 4 + 2);
  const listHeight = wide ? height : Math.min(height - 12, shortest);
  const list = listLines(prompts, prompt, now, listWidth - 2).slice(0, listHeight - 2);
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
