import { createContext } from 'react';
import type { Picture } from './picture.ts';

/** A terminal that draws pictures itself, with all their pixels. */
export interface Graphics {
  /**
   * A sign for the cells of a picture of so many columns and rows: where all of them are on the screen, the terminal draws the picture
   * over them. Undefined while it is not known whether the terminal can, and when it can not.
   */
  readonly signOf: (picture: Picture, columns: number, rows: number) => string | undefined;
  /** Finds out whether the terminal can, if that was not asked before. */
  readonly ask: () => void;
}

const NONE: Graphics = { signOf: () => undefined, ask: () => {} };
export const GraphicsContext = createContext<Graphics>(NONE);

/** Signs are taken from the last plane, which is for private use; text from outside never brings one. */
export const FIRST_SIGN = 0x100000;
