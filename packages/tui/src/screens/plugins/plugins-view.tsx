import type { PluginInfo } from '@muster/api';
import { Lines, Panel, type Spans, type Tone, windowTop, wrap } from '@muster/sdk/ui';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { plural, span } from '../../parts/format.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import type { Store } from '../../state/store.ts';

const LOOKS: Record<PluginInfo['state'], { sign: string; word: string; tone: Tone }> = {
  loaded: { sign: '[x]', word: 'loaded', tone: 'good' },
  broken: { sign: '[!]', word: 'did not load', tone: 'bad' },
  incompatible: { sign: '[!]', word: 'made for another version', tone: 'bad' },
  disabled: { sign: '[ ]', word: 'switched off', tone: 'faint' },
};
const SOURCES: Record<PluginInfo['source'], string> = {
  checkout: 'comes with muster',
  data: 'in the data folder',
  config: 'named in config.json',
};
const ROWS_EACH = 3;
const WIDE = 90;

const parts = (plugin: PluginInfo): string =>
  [
    plugin.account === null ? '' : 'provider',
    plugin.actions.length === 0 ? '' : plugin.actions.map(({ title }) => title.toLowerCase()).join(', '),
  ]
    .filter(Boolean)
    .join(' · ');

function listLines(plugins: readonly PluginInfo[], cursor: number): Spans[] {
  return plugins.flatMap((plugin, index): Spans[] => {
    const look = LOOKS[plugin.state];
    const at = index === cursor;
    return [
      [
        { text: at ? ' ❯ ' : '   ', tone: 'accent', bold: true },
        { text: `${look.sign} `, tone: look.tone },
        { text: plugin.id.padEnd(18), bold: at },
        { text: `${plugin.version.padEnd(9)} ${SOURCES[plugin.source]}`, tone: 'faint' },
      ],
      [{ text: `       ${plugin.state === 'loaded' ? parts(plugin) : `${look.word} · see its reason`}`, tone: 'faint' }],
      [],
    ];
  });
}

/** A setting as people read it: names tell their unit. */
const shown = (name: string, value: unknown): string => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && name.endsWith('Ms') && value > 0 ? span(value) : JSON.stringify(value);
};

function detailLines(plugin: PluginInfo, width: number): Spans[] {
  const look = LOOKS[plugin.state];
  const title = (text: string): Spans => [{ text: ` ${text}`, bold: true }];
  const wrapped = (text: string, tone: Tone = 'plain'): Spans[] =>
    wrap(text, width - 3).map((line): Spans => [{ text: ` ${line}`, tone }]);
  const settings = Object.entries(plugin.settings ?? {});
  return [
    [],
    [
      { text: ` ${look.sign} ${look.word}`, tone: look.tone, bold: true },
      { text: `  ${SOURCES[plugin.source]}`, tone: 'faint' },
    ],
    [],
    ...(plugin.reason === null ? [] : [title('Why'), ...wrapped(plugin.reason, 'bad'), []]),
    ...(plugin.actions.length === 0 ? [] : [title(plural(plugin.actions.length, 'action'))]),
    ...plugin.actions.map(({ title: name, scope, dangerous }): Spans => [
      ` ${name.padEnd(20)}`,
      { text: `${scope === 'plugin' ? 'over the pool' : 'on accounts'}${dangerous ? ' · cannot be undone' : ''}`, tone: 'faint' },
    ]),
    ...(plugin.actions.length === 0 ? [] : [[]]),
    ...(plugin.config === null
      ? []
      : [title('Settings'), ...(settings.length === 0 ? wrapped('not made yet: e makes them', 'warn') : [])]),
    ...settings.map(([name, value]): Spans => [{ text: ` ${name.padEnd(20)}`, tone: 'faint' }, shown(name, value)]),
    ...(plugin.config === null ? [] : [[]]),
    ...(plugin.exports.length === 0 ? [] : wrapped(`exports: ${plugin.exports.join(', ')}`, 'faint')),
  ];
}

export function PluginsView({ shell, cursor, width, height }: Area & { shell: Shell; cursor: Store<number> }): ReactNode {
  const plugins = useStore(shell.live.plugins);
  const at = useStore(cursor);
  const plugin = plugins[at];
  const off = plugins.filter(({ state }) => state === 'disabled').length;
  const broken = plugins.filter(({ state }) => state === 'broken' || state === 'incompatible').length;
  const beside = width >= WIDE;
  const listWidth = beside ? Math.max(50, Math.floor(width * 0.55)) : width;
  const listHeight = beside ? height : Math.max(5, Math.floor(height / 2));
  const rows = listHeight - 3;
  const top = windowTop({ cursor: at * ROWS_EACH + 1, top: 0, height: rows, total: plugins.length * ROWS_EACH });
  const detail = { width: beside ? width - listWidth : width, height: beside ? height : height - listHeight };
  return (
    <Box width={width} height={height} flexDirection={beside ? 'row' : 'column'}>
      <Panel
        title="Plugins"
        aside={`${plugins.length} · ${off} off · ${broken} broken`}
        footer={'`muster plugin new` makes one'}
        focused
        width={listWidth}
        height={listHeight}
      >
        <Lines lines={[[], ...listLines(plugins, at).slice(top, top + rows)]} width={listWidth - 2} />
      </Panel>
      <Panel title={plugin === undefined ? '—' : `${plugin.title} ${plugin.version}`} {...detail}>
        <Lines
          lines={(plugin === undefined ? [] : detailLines(plugin, detail.width)).slice(0, detail.height - 2)}
          width={detail.width - 2}
        />
      </Panel>
    </Box>
  );
}
