import type { PluginInfo } from '@muster/api';
import type { RotationStrategy } from '@muster/sdk';
import { openMenu } from '../../overlays/menu-dialog.tsx';
import type { Shell } from '../../shell.ts';

const WORDS: Readonly<Record<RotationStrategy, string>> = {
  'round-robin': 'each in turn',
  'least-used': 'the fewest requests within its window',
  random: 'any that is free',
  priority: 'the lower number, while it can',
  lru: 'the longest unused',
};

const STRATEGIES = Object.keys(WORDS) as RotationStrategy[];

/** Chooses who is next from now on; what was counted stays. */
export function openStrategies(
  shell: Shell,
  { plugin, strategyIn, now }: { plugin: PluginInfo; strategyIn: string; now: string },
): void {
  const change = async (strategy: RotationStrategy): Promise<void> => {
    const next = await shell.client.call('configurePlugin', { params: { plugin: plugin.id }, body: { [strategyIn]: strategy } });
    shell.live.plugins.update((plugins) => plugins.map((one) => (one.id === next.id ? next : one)));
    shell.notices.say(`${plugin.title} rotates ${strategy} from now on`, 'good');
  };
  openMenu(shell, {
    title: `Rotation of ${plugin.title}`,
    crumb: 'rotation',
    entries: STRATEGIES.map((strategy) => ({
      title: strategy,
      aside: strategy === now ? 'now' : WORDS[strategy],
      group: 'Who is next',
      run: () => shell.attempt(change(strategy)),
    })),
  });
}
