import type { ReactNode } from 'react';
import { Line, type Spans } from './line.tsx';

export interface LinesProps {
  readonly lines: readonly Spans[];
  readonly width: number;
  /** Exactly so many rows: what is more is left out, what is missing is drawn empty. Default: as many as there are lines. */
  readonly height?: number;
}

/** Lines under each other. Empty ones are drawn too: they cover what lies below a dialog. */
export function Lines({ lines, width, height = lines.length }: LinesProps): ReactNode {
  return Array.from({ length: Math.max(0, height) }, (_, row) => <Line key={row} width={width} spans={lines[row] ?? []} />);
}
