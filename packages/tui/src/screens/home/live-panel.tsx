import type { MusterEvent } from '@muster/api';
import { Log, Panel } from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import { eventSpans } from '../../parts/event-spans.ts';
import { useMinute } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';

/** The last few that are worth a look: details of every task are in the log. */
function newest(events: readonly MusterEvent[], count: number): MusterEvent[] {
  const found: MusterEvent[] = [];
  for (let index = events.length - 1; index >= 0 && found.length < count; index--) {
    const event = events[index];
    if (event && event.level !== 'debug') found.push(event);
  }
  return found;
}

/** What just happened, the newest first. */
export function LivePanel({ shell, width, height }: Area & { shell: Shell }): ReactNode {
  const events = useStore(shell.live.events);
  useMinute(shell);
  const now = shell.now();
  const lines = newest(events, height - 2).map((event) => ({ id: event.seq, spans: eventSpans(event, now) }));
  return (
    <Panel title="Live" aside="9 opens the log" width={width} height={height}>
      <Log lines={lines} width={width - 2} height={height - 2} />
    </Panel>
  );
}
