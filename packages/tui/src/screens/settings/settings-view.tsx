import type { HostStatus } from '@muster/api';
import { type ColorDepth, Lines, Panel, type Spans, STATE_LOOKS, windowTop, wrap } from '@muster/sdk/ui';
import { Box } from 'ink';
import { type ReactNode, useEffect } from 'react';
import { bytes, grouped, moment, plural, span } from '../../parts/format.ts';
import { useMinute } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import { type Look, LOOK_CHOICES, LOOK_NAMES, type LookName } from '../../state/look.ts';
import type { Area } from '../../state/overlays.ts';
import type { SettingsModel, SettingsView as View } from './settings-model.ts';

const LABEL = 12;
const fact = (name: string, value: string, tone: 'plain' | 'faint' | 'warn' | 'bad' | 'good' = 'plain'): Spans => [
  { text: ` ${name.padEnd(LABEL)}`, tone: 'faint' },
  { text: value, tone },
];
const title = (text: string): Spans => [{ text: ` ${text}`, bold: true }];

/** What is in the store, without the kinds of which there is nothing. */
function holds(documents: HostStatus['store']['documents'], width: number): Spans[] {
  const kinds = Object.entries(documents).flatMap(([name, count]) => (count === 0 ? [] : [`${grouped(count)} ${name}`]));
  return wrap(kinds.join(', '), width - LABEL - 1).map((line, index) => fact(index === 0 ? 'holds' : '', line));
}

function hostLines(status: HostStatus | null, now: number, width: number): Spans[] {
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
    fact('size', bytes(store.bytes)),
    ...holds(store.documents, width),
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

const pointer = (isHere: boolean): Spans[number] => ({ text: isHere ? ' ❯ ' : '   ', tone: 'accent', bold: true });

function tokenLines({ tokens, cursor }: View, now: number): Spans[] {
  if (tokens === null) return [[{ text: ' not shown to this client', tone: 'faint' }]];
  if (tokens.length === 0) return [[{ text: ' none: only this user on this machine speaks to the host', tone: 'faint' }]];
  return tokens.map(({ name, scopes, lastUsedAt }, index): Spans => [
    pointer(index + LOOK_NAMES.length === cursor),
    name.padEnd(LABEL),
    { text: `${scopes.join(', ')} · ${lastUsedAt === null ? 'never used' : `used ${moment(lastUsedAt, now)}`}`, tone: 'faint' },
  ]);
}

const TITLES: Record<LookName, string> = { theme: 'theme', glyphs: 'glyphs', borders: 'borders', mouse: 'mouse', bell: 'bell' };
const choiceLine = (look: Look, name: LookName, isHere: boolean): Spans => [
  pointer(isHere),
  { text: TITLES[name].padEnd(LABEL - 2), tone: isHere ? 'plain' : 'faint', bold: isHere },
  ...LOOK_CHOICES[name].flatMap((choice): Spans => [
    choice === look[name] ? { text: `[${choice}]`, bold: true } : { text: ` ${choice} `, tone: 'faint' },
    ' ',
  ]),
];

const DEPTHS: Record<ColorDepth, string> = { 0: 'none (NO_COLOR or TERM)', 4: 'sixteen', 8: '256', 24: 'all' };

/** How states look now; in two lines, for narrow panels. */
const preview = (): Spans[] => {
  const looks = Object.values(STATE_LOOKS).map(({ sign, word, tone }) => ({ text: `${sign} ${word}`.padEnd(12), tone }));
  return [
    ['   ', ...looks.slice(0, 4)],
    ['   ', ...looks.slice(4)],
  ];
};

function terminalLines(shell: Shell, cursor: number): Spans[] {
  const look = shell.look.get();
  const { width, height } = shell.size.get();
  const slow = shell.clock.slow.get();
  return [
    ...LOOK_NAMES.map((name, index) => choiceLine(look, name, index === cursor)),
    [],
    ...preview(),
    [],
    fact('size', `${width} by ${height}`),
    fact('colours', DEPTHS[shell.facts.depth]),
    fact('glyphs', shell.facts.glyphsAsked ? 'as MUSTER_GLYPHS says' : 'auto goes by TERM and the locale'),
    fact('line', slow ? 'slow: drawn less often' : 'keeps up: drawn up to 4 times a second', slow ? 'warn' : 'plain'),
    fact('bell', look.bell === 'on' ? 'rings once for each new question' : 'silent'),
    fact('mouse', look.mouse === 'on' ? 'clicks and wheel; with shift, text is selected' : 'the terminal selects text'),
    fact('reader', 'MUSTER_SCREEN_READER=1 gives plain lines'),
  ];
}

/** One below the other; the line of the pointer stays in view, until one scrolls on beyond it. */
function Scrolled({ model, lines, width, height }: Area & { model: SettingsModel; lines: readonly Spans[] }): ReactNode {
  const { past } = useStore(model.view);
  const at = lines.findIndex(([first]) => typeof first === 'object' && first.text === ' ❯ ');
  const shown = windowTop({ cursor: Math.max(0, at + 1), top: 0, height, total: lines.length });
  const spare = Math.max(0, lines.length - height - shown);
  useEffect(() => model.setSpare(spare), [model, spare]);
  const top = shown + Math.min(past, spare);
  return <Lines lines={lines.slice(top)} width={width} height={height} />;
}

/** Said where not all lines fit. */
const more = (lines: readonly Spans[], height: number): string => (lines.length > height - 2 ? 'j k scrolls' : '');

export function SettingsView({ shell, model, width, height }: Area & { shell: Shell; model: SettingsModel }): ReactNode {
  const view = useStore(model.view);
  const status = useStore(shell.live.status);
  useStore(shell.look);
  useStore(shell.clock.slow);
  useMinute(shell);
  const now = shell.now();
  const beside = width >= 100;
  const half = beside ? Math.floor(width / 2) : width;
  const lower = Math.min(Math.floor(height / 2), LOOK_NAMES.length + 11);
  const terminal = terminalLines(shell, view.cursor);
  const host: Spans[] = [...hostLines(status, now, half - 2), ...checkLines(view.check)];
  const vault = vaultLines(view.vault, beside ? width - half - 2 : width - 2);
  const tokens: Spans[] = [[], title('Tokens'), ...tokenLines(view, now)];
  const below = [...vault, ...tokens];
  if (!beside) {
    const all = [...terminal, ...tokens, [], title('Vault'), ...vault, [], title('Host'), ...host];
    return (
      <Panel title="Settings" aside={more(all, height)} focused width={width} height={height}>
        <Scrolled model={model} lines={all} width={width - 2} height={height - 2} />
      </Panel>
    );
  }
  return (
    <Box width={width} height={height}>
      <Panel title="Host and store" width={half} height={height}>
        <Lines lines={host.slice(0, height - 2)} width={half - 2} />
      </Panel>
      <Box flexDirection="column" width={width - half} height={height}>
        <Panel title="This terminal" focused={view.cursor < LOOK_NAMES.length} width={width - half} height={lower}>
          <Lines lines={terminal.slice(0, lower - 2)} width={width - half - 2} />
        </Panel>
        <Panel
          title="Vault and tokens"
          aside={more(below, height - lower)}
          focused={view.cursor >= LOOK_NAMES.length}
          width={width - half}
          height={height - lower}
        >
          <Scrolled model={model} lines={below} width={width - half - 2} height={height - lower - 2} />
        </Panel>
      </Box>
    </Box>
  );
}
