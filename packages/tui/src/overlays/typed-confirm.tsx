import { caretSpans, Dialog, edit, editOf, type Spans, type TextEdit, wrap, Lines } from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import { useStore } from '../parts/use-store.ts';
import type { Shell } from '../shell.ts';
import type { Area, Overlay } from '../state/overlays.ts';
import { createStore, type Store } from '../state/store.ts';

export interface TypedConfirmOptions {
  readonly title: string;
  readonly crumb: string;
  /** Paragraphs; each is wrapped. */
  readonly text: readonly string[];
  /** What has to be typed before Enter does anything. */
  readonly expected: string;
  readonly question: string;
  readonly run: () => void;
  /** Another way out, with a key of its own. */
  readonly instead?: { readonly key: string; readonly does: string; run(): void };
}

const WIDTH = 70;

interface ViewProps {
  readonly options: TypedConfirmOptions;
  readonly typed: Store<TextEdit>;
  readonly area: Area;
}
function TypedConfirmView({ options, typed, area }: ViewProps): ReactNode {
  const value = useStore(typed);
  const width = Math.min(WIDTH, area.width - 2);
  const right = value.text === options.expected;
  const lines: Spans[] = [
    [],
    ...options.text.flatMap((paragraph) => [...wrap(paragraph, width - 6).map((line): Spans => ['  ', line]), []]),
    ['  ', { text: options.question, bold: true }, '  ', ...caretSpans(value, { focused: true })],
    [],
    [
      '  ',
      right ? { text: '⏎ does it', tone: 'bad', bold: true } : { text: 'enter does nothing until this is right', tone: 'faint' },
      '   esc keeps everything',
    ],
  ];
  return (
    <Dialog title={options.title} tone="bad" width={width} height={lines.length + 3} area={area}>
      <Lines lines={[...lines, []]} width={width - 2} />
    </Dialog>
  );
}

/** For what cannot be undone: the answer has to be typed, and is different each time. */
export function openTypedConfirm(shell: Shell, options: TypedConfirmOptions): void {
  const typed = createStore(editOf(''));
  const overlay: Overlay = {
    crumb: options.crumb,
    guarded: true,
    hints: () => [
      ['enter', `after ${options.expected} does it`],
      ...(options.instead ? [[options.instead.key, options.instead.does] as const] : []),
      ['esc', 'keeps everything'],
    ],
    onKey(key) {
      if (key.name === 'esc') return shell.overlays.close(overlay);
      if (key.name === options.instead?.key) {
        shell.overlays.close(overlay);
        return options.instead.run();
      }
      if (key.name === 'enter') {
        if (typed.get().text !== options.expected) return;
        shell.overlays.close(overlay);
        return options.run();
      }
      if (key.name !== 'paste') typed.update((value) => edit(value, key) ?? value);
    },
    spoken: () => ({
      place: `${options.title} ${options.text.join(' ')} Escape keeps everything.`,
      typed: { label: options.question.replace(/:$/, ''), text: typed.get().text },
    }),
    view: (area) => <TypedConfirmView options={options} typed={typed} area={area} />,
  };
  shell.overlays.open(overlay);
}
