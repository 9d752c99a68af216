import { Dialog, type Spans, type Tone, wrap, Lines } from '@muster/sdk/ui';
import type { ReactNode } from 'react';
import type { Shell } from '../shell.ts';
import type { Area, Overlay } from '../state/overlays.ts';

export interface ConfirmOptions {
  readonly title: string;
  readonly crumb: string;
  readonly text: string;
  /** The keys that answer, what each does, and the work. Never Enter, and never the key that opened the dialog. */
  readonly answers: readonly { readonly key: string; readonly does: string; run(): void }[];
  readonly tone?: Tone;
}

const WIDTH = 66;

function ConfirmView({ options, area }: { options: ConfirmOptions; area: Area }): ReactNode {
  const width = Math.min(WIDTH, area.width - 2);
  const lines: Spans[] = [
    [],
    ...wrap(options.text, width - 6).map((line): Spans => ['  ', line]),
    [],
    ...options.answers.map(({ key, does }): Spans => ['   ', { text: key.padEnd(6), tone: 'accent', bold: true }, does]),
    ['   ', { text: 'esc   ', tone: 'accent', bold: true }, 'back, nothing happens'],
    [],
  ];
  return (
    <Dialog title={options.title} tone={options.tone ?? 'accent'} width={width} height={lines.length + 2} area={area}>
      <Lines lines={lines} width={width - 2} />
    </Dialog>
  );
}

/** A question with a key of its own for each answer. */
export function openConfirm(shell: Shell, options: ConfirmOptions): void {
  const overlay: Overlay = {
    crumb: options.crumb,
    guarded: true,
    hints: () => [...options.answers.map(({ key, does }) => [key, does] as const), ['esc', 'back']],
    onKey(key) {
      const answer = options.answers.find((one) => one.key === key.name);
      if (key.name !== 'esc' && answer === undefined) return;
      shell.overlays.close(overlay);
      answer?.run();
    },
    spoken: () => ({
      place: `${options.title} ${options.text} ${options.answers.map(({ key, does }) => `${key}: ${does}.`).join(' ')} Escape: back, nothing happens.`,
    }),
    view: (area) => <ConfirmView options={options} area={area} />,
  };
  shell.overlays.open(overlay);
}
