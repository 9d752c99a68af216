import { Box } from 'ink';
import type { ReactNode } from 'react';
import { fieldLines, type FieldState } from './field.ts';
import { Lines } from './lines.tsx';
import { windowTop } from './list-window.ts';

export interface FormProps {
  readonly fields: readonly FieldState[];
  /** Index of the field that takes the keys. */
  readonly focus: number;
  readonly width: number;
  readonly height: number;
}

/** Fields under each other, scrolled so that the focused one is in view. */
export function Form({ fields, focus, width, height }: FormProps): ReactNode {
  const lines = fields.flatMap((field, index) => fieldLines(field, index === focus, width).map((spans) => ({ spans, index })));
  const last = lines.findLastIndex((line) => line.index === focus);
  const top = windowTop({ cursor: Math.max(0, last), top: 0, height, total: lines.length });
  return (
    <Box flexDirection="column" height={height} flexShrink={0}>
      <Lines lines={lines.slice(top).map((line) => line.spans)} width={width} height={height} />
    </Box>
  );
}
