import { Panel, type Spans, Lines } from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import { bytes, grouped, moment, span } from '../../parts/format.ts';
import { useMinute } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';

const fact = (name: string, ...value: (Spans[number] | undefined)[]): Spans => [
  { text: ` ${name.padEnd(8)}`, tone: 'faint' },
  ...value.filter((part) => part !== undefined),
];

/** What a warning is about; the settings have it whole. */
const headline = (text: string): string => text.split(/ \(|[:.;] /)[0] ?? text;

/** The host: how it does, and what it wants somebody to know. */
export function MachinePanel({ shell, width, height }: Area & { shell: Shell }): ReactNode {
  const status = useStore(shell.live.status);
  const link = useStore(shell.live.link);
  useMinute(shell);
  if (!status) return <Panel title="Host" aside={link.kind} width={width} height={height} />;
  const { store, vault } = status;
  const documents = Object.values(store.documents).reduce((sum, count) => sum + count, 0);
  const now = shell.now();
  const lines: Spans[] = [
    fact(
      'host',
      `pid ${status.pid}  up ${now - status.startedAt < 60_000 ? '<1m' : span(Math.floor((now - status.startedAt) / 60_000) * 60_000)}`,
    ),
    fact('memory', `${bytes(status.rssBytes)}   cpu ${Math.round(status.cpuPercent)}%`),
    fact('tasks', `${grouped(status.tasks.running)} running · ${grouped(status.tasks.queued)} queued`),
    fact('store', `${store.kind}  ${bytes(store.bytes)}  ${grouped(documents)} documents`),
    ...(store.savedAt === null ? [] : [fact('', { text: `snapshot of ${moment(store.savedAt, now)}`, tone: 'faint' })]),
    ...(store.failed === null ? [] : [fact('', { text: `× ${store.failed}`, tone: 'bad' })]),
    ...store.recovered.map((text) => fact('', { text, tone: 'warn' })),
    fact(
      'secrets',
      vault.state === 'open' ? { text: 'open', tone: 'good' } : { text: 'locked: muster vault unlock', tone: 'warn' },
    ),
    ...vault.warnings.map((text) => fact('', { text: headline(text), tone: 'warn' })),
    ...(status.tcp === null ? [] : [fact('http', status.tcp)]),
    fact(
      'screen',
      link.kind === 'lost' ? { text: `host lost since ${moment(link.since, now)}`, tone: 'bad' } : 'q leaves; jobs go on',
    ),
  ];
  return (
    <Panel title="Host" aside={status.version} width={width} height={height}>
      <Lines lines={lines.slice(0, height - 2)} width={width - 2} />
    </Panel>
  );
}
