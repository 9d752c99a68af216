import { Box } from 'ink';
import type { ReactNode } from 'react';
import { fitSpans, Line, type Span, type Spans, spansWidth } from './line.tsx';
import type { Tone } from './look.ts';
import { cut, drawable, textWidth } from './measure.ts';
import { useTheme } from './theme.ts';

export interface PanelProps {
  readonly title: string;
  /** At the right of the upper edge. */
  readonly aside?: string;
  /** At the right of the lower edge. */
  readonly footer?: string;
  /** The panel that takes the keys is drawn in the accent colour. */
  readonly focused?: boolean;
  readonly tone?: Tone;
  readonly width: number;
  readonly height: number;
  readonly children?: ReactNode;
}

/** Less of what stands at the right says nothing. */
const LEAST_ASIDE = 8;

/** A titled frame of fixed size; its inside is `width - 2` by `height - 2`. */
export function Panel({ title, aside = '', footer = '', focused = false, tone, width, height, children }: PanelProps): ReactNode {
  const theme = useTheme();
  const { border } = theme;
  const edge: Tone = tone ?? (focused ? 'accent' : 'faint');
  const across = (left: string, right: string, fill: string, start: Spans, end: string): Spans => {
    // What stands at the right gives way before the title does.
    const room = width - spansWidth(start) - 6;
    if (end !== '' && textWidth(drawable(end)) > room)
      return across(left, right, fill, start, room < LEAST_ASIDE ? '' : cut(drawable(end), room));
    const closing: Span[] =
      end === ''
        ? []
        : [
            { text: ` ${end} `, tone: 'faint' },
            { text: fill, tone: edge },
          ];
    const used = spansWidth(start) + spansWidth(closing) + 2;
    if (used > width && start.length > 0)
      return [{ text: left, tone: edge }, ...fitSpans(start, Math.max(0, width - 2)), { text: right, tone: edge }];
    return [
      { text: left, tone: edge },
      ...start,
      { text: fill.repeat(Math.max(0, width - used)), tone: edge },
      ...closing,
      { text: right, tone: edge },
    ];
  };
  const heading: Spans = [
    { text: `${border.top} `, tone: edge },
    { text: title, bold: true, tone: focused ? 'accent' : 'plain' },
    ' ',
  ];
  const { color, dimColor } = theme.look(edge);
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      <Line width={width} spans={across(border.topLeft, border.topRight, border.top, heading, aside)} />
      <Box
        flexDirection="column"
        width={width}
        height={height - 2}
        flexShrink={0}
        overflow="hidden"
        borderStyle={border}
        borderTop={false}
        borderBottom={false}
        {...(color === undefined ? {} : { borderColor: color })}
        borderDimColor={dimColor ?? false}
      >
        {children}
      </Box>
      <Line width={width} spans={across(border.bottomLeft, border.bottomRight, border.bottom, [], footer)} />
    </Box>
  );
}
