import { Box } from 'ink';
import { memo, type ReactNode } from 'react';
import { Line, type Spans } from './line.tsx';

export interface LogLine {
  readonly id: number;
  readonly spans: Spans;
}

interface RowProps {
  readonly line: LogLine;
  readonly selected: boolean;
  readonly pointer: boolean;
  readonly width: number;
}
const Row = memo(function LogRow({ line, selected, pointer, width }: RowProps): ReactNode {
  const lead = pointer ? [{ text: selected ? '❯ ' : '  ', tone: 'accent' as const, bold: true }] : [];
  return <Line width={width} spans={[...lead, ...line.spans]} />;
});

export interface LogProps {
  /** The lines in view; fewer than `height` leave space below. */
  readonly lines: readonly LogLine[];
  /** Id of the line the pointer is on. Without it, no pointer column is drawn. */
  readonly cursor?: number;
  readonly width: number;
  readonly height: number;
}

export function Log({ lines, cursor, width, height }: LogProps): ReactNode {
  return (
    <Box flexDirection="column" height={height} flexShrink={0} overflow="hidden">
      {lines.slice(0, height).map((line) => (
        <Row key={line.id} line={line} selected={line.id === cursor} pointer={cursor !== undefined} width={width} />
      ))}
    </Box>
  );
}
