import type { HostStatus } from '@muster/api';
import { Lines, Panel, type Spans, STATE_LOOKS, useTheme, wrap } from '@muster/sdk/ui';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { bytes, grouped, moment, plural, span } from '../../parts/format.ts';
import { useMinute } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import type { SettingsModel, SettingsView as View } from './settings-model.ts';

const LABEL = 12;
const fact = (name: string, value: string, tone: 'plain' | 'faint' | 'warn' | 'bad' | 'good' = 'plain'): Spans => [
  { text: ` ${name.padEnd(LABEL)}`, tone: 'faint' },
  { text: value, tone },
];
const title = (text: string): Spans => [{ text: ` ${text}`, bold: true }];

function hostLines(status: HostStatus | null, now: number): Spans[] {
  if (status === null) return [[{ text: ' asking …', tone: 'faint' }]];
  const { store } = status;
  return [
    fact('version', `${status.version} · process ${status.pid} · up ${span(Math.max(0, now - status.startedAt))}`),
    fact('folder', status.directory),
    fact('TCP', status.tcp ?? 'off: only the socket in the folder'),
    fact('memory', bytes(status.rssBytes)),
    [],
    title('Store'),
    fact('kind', store.kind),
    fact(
      'size',
      `${bytes(store.bytes)} · ${Object.entries(store.documents)
        .map(([name, count]) => `${grouped(count)} ${name}`)
        .join(', ')}`,
    ),
    fact('saved', store.savedAt === null ? '—' : moment(store.savedAt, now)),
    ...(store.failed === null ? [] : [fact('failed', store.failed, 'bad')]),
    ...store.recovered.map((line) => fact('mended', line, 'warn')),
  ];
}

function checkLines(check: View['check']): Spans[] {
  if (check === null) return [[{ text: ' C checks every record and every secret', tone: 'faint' }]];
  if (check === 'running') return [[{ text: ' checking …', tone: 'busy' }]];
  const sound = `${plural(check.documents, 'record')} and ${plural(check.secrets, 'secret')} are sound`;
  if (check.problems.length === 0) return [[{ text: ` ● ${sound}`, tone: 'good' }]];
  return check.problems.map((problem): Spans => [{ text: ` × ${problem}`, tone: 'bad' }]);
}

function vaultLines(vault: View['vault'], width: number): Spans[] {
  if (vault === null) return [[{ text: ' asking …', tone: 'faint' }]];
  return [
    fact('state', vault.state, vault.state === 'open' ? 'good' : 'warn'),
    fact('opened by', vault.openedBy ?? '—'),
    ...vault.slots.map(({ type, source }) => fact(type, source)),
    ...vault.warnings.flatMap((warning) =>
      wrap(warning, width - LABEL - 2).map((line, index) => fact(index === 0 ? 'warning' : '', line, 'warn')),
    ),
  ];
}

function tokenLines({ tokens, cursor }: View, now: number): Spans[] {
  if (tokens === null) return [[{ text: ' not shown to this client', tone: 'faint' }]];
  if (tokens.length === 0) return [[{ text: ' none: only this user on this machine speaks to the host', tone: 'faint' }]];
  return tokens.map(({ name, scopes, lastUsedAt }, index): Spans => [
    { text: index === cursor ? ' ❯ ' : '   ', tone: 'accent', bold: true },
    name.padEnd(LABEL),
    { text: `${scopes.join(', ')} · ${lastUsedAt === null ? 'never used' : `used ${moment(lastUsedAt, now)}`}`, tone: 'faint' },
  ]);
}

function TerminalLines({ shell, width, height }: Area & { shell: Shell }): ReactNode {
  const theme = useTheme();
  const size = useStore(shell.size);
  const slow = useStore(shell.clock.slow);
  const lines: Spans[] = [
    fact('size', `${size.width} by ${size.height}`),
    fact('colours', theme.colors ? 'the sixteen of the terminal' : 'none (NO_COLOR or TERM)'),
    fact('glyphs', theme.ascii ? 'ascii (MUSTER_GLYPHS, TERM or locale)' : 'unicode; MUSTER_GLYPHS=ascii changes it'),
    fact('line', slow ? 'slow: drawn less often' : 'keeps up: live panels are drawn 4 times a second', slow ? 'warn' : 'plain'),
    fact('mouse', 'off: the terminal selects text'),
    fact('reader', 'MUSTER_SCREEN_READER=1 gives plain lines'),
    [],
    [' ', ...Object.values(STATE_LOOKS).map(({ sign, word, tone }) => ({ text: `${sign} ${word}  `, tone }))],
  ];
  return <Lines lines={lines.slice(0, height)} width={width} height={height} />;
}

export function SettingsView({ shell, model, width, height }: Area & { shell: Shell; model: SettingsModel }): ReactNode {
  const view = useStore(model.view);
  const status = useStore(shell.live.status);
  useMinute(shell);
  const now = shell.now();
  const beside = width >= 100;
  const half = beside ? Math.floor(width / 2) : width;
  const upper = Math.floor(height / 2);
  const left: Spans[] = [...hostLines(status, now), ...checkLines(view.check)];
  const right: Spans[] = [
    ...vaultLines(view.vault, beside ? width - half - 2 : width - 2),
    [],
    title('Tokens'),
    ...tokenLines(view, now),
  ];
  if (!beside) {
    const all = [...right, [], title('Host'), ...left];
    return (
      <Panel title="Settings" aside="wider shows the terminal too" focused width={width} height={height}>
        <Lines lines={all.slice(0, height - 2)} width={width - 2} />
      </Panel>
    );
  }
  return (
    <Box width={width} height={height}>
      <Panel title="Host and store" focused width={half} height={height}>
        <Lines lines={left.slice(0, height - 2)} width={half - 2} />
      </Panel>
      <Box flexDirection="column" width={width - half} height={height}>
        <Panel title="Vault and tokens" width={width - half} height={upper}>
          <Lines lines={right.slice(0, upper - 2)} width={width - half - 2} />
        </Panel>
        <Panel title="This terminal" width={width - half} height={height - upper}>
          <TerminalLines shell={shell} width={width - half - 2} height={height - upper - 2} />
        </Panel>
      </Box>
    </Box>
  );
}
