import { Dialog, Line, Menu, type MenuItem } from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import { useStore } from '../parts/use-store.ts';
import type { Shell } from '../shell.ts';
import { itemOf } from '../spoken/spoken.ts';
import type { Area, Overlay } from '../state/overlays.ts';
import { createStore, type Store } from '../state/store.ts';

export interface MenuEntry extends MenuItem {
  readonly run: () => void;
  /** The same at a time to be chosen: ctrl-t. */
  readonly later?: () => void;
}

export interface MenuDialogOptions {
  readonly title: string;
  readonly crumb: string;
  readonly entries: readonly MenuEntry[];
}

const WIDTH = 68;
const PAGE_ROWS = 10;

interface ViewProps {
  readonly options: MenuDialogOptions;
  readonly cursor: Store<number>;
  readonly area: Area;
}
function MenuView({ options, cursor, area }: ViewProps): ReactNode {
  const at = useStore(cursor);
  const { entries } = options;
  const width = Math.min(WIDTH, area.width - 2);
  const headings = new Set(entries.flatMap(({ group = [] }) => group)).size;
  const height = Math.min(entries.length + headings + 5, area.height);
  const reason = entries[at]?.disabledReason;
  return (
    <Dialog title={options.title} footer="esc closes" width={width} height={height} area={area}>
      <Line width={width - 2} spans={[]} />
      <Menu items={entries} cursor={at} width={width - 2} height={height - 5} />
      <Line width={width - 2} spans={[]} />
      <Line width={width - 2} spans={[{ text: reason === undefined ? '' : ` ${reason}`, tone: 'warn' }]} />
    </Dialog>
  );
}

/** A choice among actions. A line that cannot run says why when one rests on it. */
export function openMenu(shell: Shell, options: MenuDialogOptions): void {
  const { entries } = options;
  const cursor = createStore(0);
  const choose = (entry: MenuEntry | undefined): void => {
    if (entry === undefined) return;
    if (entry.disabledReason !== undefined) return cursor.set(entries.indexOf(entry));
    shell.overlays.close(overlay);
    entry.run();
  };
  const overlay: Overlay = {
    crumb: options.crumb,
    guarded: true,
    hints: () => [
      ['↑↓', 'choose'],
      ['enter', 'run'],
      ...(entries.some(({ later }) => later !== undefined) ? [['ctrl-t', 'by the clock'] as const] : []),
      ['esc', 'close'],
    ],
    onKey(key) {
      const last = entries.length - 1;
      if (key.name === 'esc') return shell.overlays.close(overlay);
      if (key.name === 'down' || key.name === 'j') return cursor.update((at) => Math.min(last, at + 1));
      if (key.name === 'up' || key.name === 'k') return cursor.update((at) => Math.max(0, at - 1));
      if (key.name === 'pgdn') return cursor.update((at) => Math.min(last, at + PAGE_ROWS));
      if (key.name === 'pgup') return cursor.update((at) => Math.max(0, at - PAGE_ROWS));
      if (key.name === 'home' || key.name === 'end') return cursor.set(key.name === 'home' ? 0 : last);
      if (key.name === 'enter') return choose(entries[cursor.get()]);
      if (key.name === 'ctrl-t') {
        const entry = entries[cursor.get()];
        // Who cannot take it now may be able to then: which accounts are meant is asked at each run.
        if (entry?.later === undefined) return;
        shell.overlays.close(overlay);
        return entry.later();
      }
      choose(entries.find((entry) => entry.hint === key.name));
    },
    spoken() {
      const entry = entries[cursor.get()];
      const off = entry?.disabledReason === undefined ? '' : `, not now: ${entry.disabledReason}`;
      const text =
        entry &&
        itemOf(`${entry.title}${entry.aside === undefined ? '' : `, ${entry.aside}`}${off}`, cursor.get(), entries.length);
      return {
        place: `${options.title}${options.title.endsWith('?') ? '' : '.'} Arrows choose, enter runs, escape closes.`,
        item: text,
      };
    },
    view: (area) => <MenuView options={options} cursor={cursor} area={area} />,
  };
  shell.overlays.open(overlay);
}
