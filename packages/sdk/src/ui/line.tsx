import { Text } from 'ink';
import type { ReactNode } from 'react';
import { cut, drawable, textWidth } from './measure.ts';
import type { Tone } from './look.ts';
import { type Theme, useTheme } from './theme.ts';

/** A piece of a line. Its text may come from anywhere: it is made safe here, where it is drawn. */
export interface Span {
  readonly text: string;
  readonly tone?: Tone | undefined;
  readonly bold?: boolean;
  readonly inverse?: boolean;
}
export type Spans = readonly (Span | string)[];

interface Piece {
  readonly key: string;
  readonly look: Record<string, unknown>;
  text: string;
}

function lookOf(theme: Theme, span: Span): Record<string, unknown> {
  const look: Record<string, unknown> = { ...theme.look(span.tone ?? 'plain') };
  if (span.bold) look['bold'] = true;
  if (span.inverse) look['inverse'] = true;
  return look;
}

/** Spans as pieces that together take exactly `width` columns; neighbours that look alike become one. */
function layOut(theme: Theme, spans: Spans, width: number): Piece[] {
  const pieces: Piece[] = [];
  let left = width;
  const add = (text: string, look: Record<string, unknown>): void => {
    const key = JSON.stringify(look);
    const last = pieces.at(-1);
    if (last?.key === key) last.text += text;
    else pieces.push({ key, look, text });
  };
  for (const given of spans) {
    const span = typeof given === 'string' ? { text: given } : given;
    if (left <= 0 || span.text === '') continue;
    const text = cut(theme.draw(drawable(span.text)), left, theme.draw('…'));
    left -= textWidth(text);
    add(text, lookOf(theme, span));
  }
  if (left > 0) add(' '.repeat(left), {});
  return pieces;
}

/** One line of exactly `width` columns. Everything that reaches the screen goes through here. */
export function Line({ spans, width, inverse }: { spans: Spans; width: number; inverse?: boolean }): ReactNode {
  const theme = useTheme();
  const pieces = layOut(theme, spans, Math.max(0, width));
  return (
    <Text wrap="truncate" inverse={inverse ?? false}>
      {pieces.map((piece, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a piece of a line is its place
        <Text key={index} {...piece.look}>
          {piece.text}
        </Text>
      ))}
    </Text>
  );
}

export const spansWidth = (spans: Spans): number =>
  spans.reduce<number>((sum, span) => sum + textWidth(drawable(typeof span === 'string' ? span : span.text)), 0);

/** Spans that together take exactly `width` columns: cut, or filled with spaces. */
export function fitSpans(spans: Spans, width: number): Spans {
  const kept: (Span | string)[] = [];
  let free = width;
  for (const given of spans) {
    if (free <= 0) break;
    const span = typeof given === 'string' ? { text: given } : given;
    const text = cut(drawable(span.text), free);
    free -= textWidth(text);
    kept.push({ ...span, text });
  }
  return free > 0 ? [...kept, ' '.repeat(free)] : kept;
}

/** Left and right parts of one line; the left part gives way. */
export function spread(left: Spans, right: Spans, width: number): Spans {
  const room = width - spansWidth(right);
  return room < 4 ? left : [...fitSpans(left, room - 1), ' ', ...right];
}
