import { Log, Panel } from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import { eventSpans } from '../../parts/event-spans.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';

/** What just happened, the newest first. */
export function LivePanel({ shell, width, height }: Area & { shell: Shell }): ReactNode {
  const events = useStore(shell.live.events);
  const lines = events
    .slice(-(height - 2))
    .toReversed()
    .map((event) => ({ id: event.seq, spans: eventSpans(event) }));
  return (
    <Panel title="Live" aside="9 opens the log" width={width} height={height}>
      <Log lines={lines} width={width - 2} height={height - 2} />
    </Panel>
  );
}
