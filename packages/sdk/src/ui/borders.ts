export interface Border {
  readonly topLeft: string;
  readonly top: string;
  readonly topRight: string;
  readonly right: string;
  readonly bottomRight: string;
  readonly bottom: string;
  readonly bottomLeft: string;
  readonly left: string;
}

export type BorderName = 'round' | 'square';

/** Corners from the upper left one clockwise, the line across and the line down. */
const line = (corners: string, across: string, down: string): Border => ({
  topLeft: corners[0] as string,
  topRight: corners[1] as string,
  bottomRight: corners[2] as string,
  bottomLeft: corners[3] as string,
  top: across,
  bottom: across,
  left: down,
  right: down,
});

const BORDERS: Record<BorderName | 'ascii', Border> = {
  round: line('╭╮╯╰', '─', '│'),
  square: line('┌┐┘└', '─', '│'),
  ascii: line('++++', '-', '|'),
};

export const borderOf = (name: BorderName | 'ascii'): Border => BORDERS[name];
