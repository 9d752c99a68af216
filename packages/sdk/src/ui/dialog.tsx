import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Panel } from './panel.tsx';
import type { Tone } from './look.ts';

export interface DialogProps {
  readonly title: string;
  readonly aside?: string;
  readonly footer?: string;
  readonly tone?: Tone;
  readonly width: number;
  readonly height: number;
  /** Of the area the dialog is centred in. */
  readonly area: { readonly width: number; readonly height: number };
  readonly children: ReactNode;
}

/** A frame over the middle of the screen. Its children must fill every line, or what lies below shows through. */
export function Dialog({ title, aside, footer, tone = 'accent', width, height, area, children }: DialogProps): ReactNode {
  return (
    <Box
      position="absolute"
      top={Math.max(0, Math.floor((area.height - height) / 2))}
      left={Math.max(0, Math.floor((area.width - width) / 2))}
    >
      <Panel
        title={title}
        {...(aside === undefined ? {} : { aside })}
        {...(footer === undefined ? {} : { footer })}
        focused
        tone={tone}
        width={width}
        height={height}
      >
        {children}
      </Panel>
    </Box>
  );
}
