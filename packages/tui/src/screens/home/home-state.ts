import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';

export const HOME_PANELS = ['providers', 'needs', 'running'] as const;
export type HomePanel = (typeof HOME_PANELS)[number];

export interface HomeState {
  readonly panel: HomePanel;
  readonly cursor: Readonly<Record<HomePanel, number>>;
}

export interface HomePanelProps extends Area {
  readonly shell: Shell;
  readonly focused: boolean;
  readonly cursor: number;
}
