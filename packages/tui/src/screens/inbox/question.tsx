import type { Prompt } from '@muster/api';
import {
  bar,
  caretSpans,
  type Graphics,
  GraphicsContext,
  Lines,
  pictureSize,
  PictureView,
  type Span,
  type Spans,
  wrap,
} from '@muster/sdk/ui';
import { Box } from 'ink';
import { type ReactNode, useContext } from 'react';
import { moment, span } from '../../parts/format.ts';
import type { Area } from '../../state/overlays.ts';
import type { InboxState } from './inbox-state.ts';
import type { ShownPicture } from './prompt-picture.ts';
import { titleAlone } from './prompt-title.ts';

export function deadline(prompt: Prompt, now: number, width: number): Spans {
  const left = Math.max(0, prompt.expiresAt - now);
  const tone = left < 60_000 ? 'warn' : 'accent';
  return [
    '     ',
    ...bar(left, prompt.expiresAt - prompt.createdAt, { width, tone }),
    { text: ` expires in ${span(left)}`, tone },
  ];
}

/** Small letters of a picture that is drawn from blocks in less than this cannot be read. */
const SHARP_SCALE = 0.5;

const ANSWER = '  answer  ';

function howLines(prompt: Prompt, { answer }: InboxState, inside: number): Spans[] {
  if (prompt.kind === 'confirm') {
    return [[{ text: '  y', tone: 'accent', bold: true }, ' yes   ', { text: 'n', tone: 'accent', bold: true }, ' no']];
  }
  if (prompt.kind === 'qr') return [[{ text: '  y', tone: 'accent', bold: true }, ' it is scanned']];
  if (answer === null) return [[{ text: '  ⏎', tone: 'accent', bold: true }, ' types the answer']];
  return [
    [ANSWER, ...caretSpans(answer.edit, { focused: true, width: inside - ANSWER.length - 1 })],
    ...indented({ text: '⏎ sends it · paste works · spaces and dashes of a code are dropped', tone: 'faint' }, inside),
  ];
}

const titleLines = (prompt: Prompt, inside: number): Spans[] => [
  [],
  ...wrap(titleAlone(prompt), inside - 4).map((line): Spans => [{ text: `  ${line}`, bold: true }]),
  ...(prompt.text === null ? [] : wrap(prompt.text, inside - 4).map((line): Spans => [`  ${line}`])),
  [],
];

/** What to do, and until when. */
const doLines = (prompt: Prompt, view: InboxState, now: number, inside: number): Spans[] => [
  ...howLines(prompt, view, inside),
  deadline(prompt, now, Math.max(6, Math.min(40, inside - 30))),
];

/** Where else it can be done; whole, also where it needs a line of its own: half an address opens nothing. */
function placeLines({ link, imagePath }: Prompt, inside: number): Spans[] {
  const place = (label: string, where: string | undefined): Spans[] => {
    if (where === undefined) return [];
    const name: Spans = [{ text: `  ${label}`, tone: 'faint' }];
    return label.length + where.length + 2 <= inside ? [[...name, where]] : [name, [`  ${where}`]];
  };
  return [...place('browser   ', link), ...place('picture   ', imagePath)];
}

/** The rest, where there is room. */
const spareLines = (prompt: Prompt, now: number): Spans[] => [
  [],
  [{ text: '  provider  ', tone: 'faint' }, prompt.plugin],
  [{ text: '  account   ', tone: 'faint' }, prompt.label],
  [{ text: '  asked at  ', tone: 'faint' }, moment(prompt.createdAt, now)],
  [{ text: '  meanwhile ', tone: 'faint' }, 'the task waits and keeps its account; the others go on'],
];

/** In place of a picture, or above one that is drawn small from blocks. */
function pictureWord(shown: ShownPicture | null, room: Area, graphics: Graphics): Span | undefined {
  if (shown === null) return undefined;
  if (shown.problem !== '') return { text: `The picture cannot be drawn here: ${shown.problem}`, tone: 'warn' };
  if (shown.picture === null) return { text: 'the picture is on its way …', tone: 'faint' };
  const { scale, columns, rows } = pictureSize(shown.picture, room.width, room.height);
  return scale < SHARP_SCALE && graphics.signOf(shown.picture, columns, rows) === undefined
    ? { text: 'drawn small: the file and the link have it sharp', tone: 'faint' }
    : undefined;
}

const indented = (word: Span | undefined, inside: number): Spans[] =>
  word === undefined ? [] : wrap(word.text, Math.max(8, inside - 4)).map((line): Spans => [{ ...word, text: `  ${line}` }]);

export interface QuestionProps extends Area {
  readonly prompt: Prompt;
  readonly view: InboxState;
  readonly now: number;
  readonly shown: ShownPicture | null;
}

/** Columns of the text where the picture stands beside it. */
const BESIDE = 36;
/** So much larger must it be there. */
const WORTH_IT = 1.2;

/** The question, its picture, and the place for the answer: under each other, or side by side where the picture is larger so. */
export function Question(props: QuestionProps): ReactNode {
  const { prompt, view, now, shown, width, height } = props;
  const graphics = useContext(GraphicsContext);
  const own = shown?.prompt === prompt.id ? shown : null;
  const head = titleLines(prompt, width);
  const must = [...doLines(prompt, view, now, width), ...placeLines(prompt, width)];
  // A row for what is said of the picture, and one between it and the rest.
  const room = { width: width - 2, height: Math.max(0, height - head.length - must.length - 2) };
  const beside = { width: width - BESIDE - 1, height: height - placeLines(prompt, width).length - 2 };
  if (own?.picture && beside.width > 0) {
    const scaleIn = (area: Area): number => (own.picture ? pictureSize(own.picture, area.width, area.height).scale : 0);
    if (scaleIn(beside) > scaleIn(room) * WORTH_IT) return <Beside {...props} own={own} room={beside} />;
  }
  const words = indented(pictureWord(own, room, graphics), width);
  const picture = own?.picture && room.height > 0 ? own.picture : null;
  const drawn = picture ? pictureSize(picture, room.width, room.height).rows : 0;
  const spare = spareLines(prompt, now);
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

function Beside({ prompt, view, now, own, room, width, height }: QuestionProps & { own: ShownPicture; room: Area }): ReactNode {
  const graphics = useContext(GraphicsContext);
  const places = placeLines(prompt, width);
  const rows = height - places.length - 1;
  const foot = doLines(prompt, view, now, BESIDE);
  const words = indented(pictureWord(own, room, graphics), BESIDE);
  const text = [...titleLines(prompt, BESIDE), ...words].slice(0, rows - foot.length - 1);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Box width={width} height={rows}>
        <Box flexDirection="column" width={BESIDE} flexShrink={0}>
          <Lines lines={[...text, [], ...foot]} width={BESIDE} height={rows} />
        </Box>
        {own.picture && <PictureView picture={own.picture} width={room.width} height={room.height} />}
      </Box>
      <Lines lines={[[], ...places]} width={width} />
    </Box>
  );
}
