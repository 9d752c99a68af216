import type { Picture } from '@muster/sdk/ui';
import type { Capability } from './capability.ts';
import { toSixel } from './sixel.ts';

/** A picture in a place of the screen. */
export interface Placed {
  /** From one on. */
  readonly id: number;
  readonly picture: Picture;
  readonly columns: number;
  readonly rows: number;
}

/** What makes a terminal draw and forget pictures. The cursor stands at their upper left corner, and may move. */
export interface Protocol {
  readonly draw: (placed: Placed) => string;
  /** Takes it off the screen; undefined where text drawn over it does that. */
  readonly remove: ((id: number) => string) | undefined;
}

/** The protocol takes data in pieces of this size. */
const PIECE = 4_096;
const command = (keys: string, data = ''): string => `\u001b_G${keys}${data === '' ? '' : `;${data}`}\u001b\\`;

/** Of the kitty terminal: data once, then places of it by number. Answers are switched off. */
function kitty(): Protocol {
  const known = new Map<number, Picture>();
  const transmit = (id: number, { png }: Picture): string => {
    const data = Buffer.from(png).toString('base64');
    const pieces = data.match(new RegExp(`.{1,${PIECE}}`, 'g')) ?? [];
    return pieces
      .map((piece, at) => {
        const more = at < pieces.length - 1 ? 1 : 0;
        return command(at === 0 ? `a=t,f=100,i=${id},q=2,m=${more}` : `m=${more},q=2`, piece);
      })
      .join('');
  };
  return {
    draw({ id, picture, columns, rows }) {
      const data = known.get(id) === picture ? '' : transmit(id, picture);
      known.set(id, picture);
      return `${data}${command(`a=p,i=${id},p=1,c=${columns},r=${rows},C=1,q=2`)}`;
    },
    remove(id) {
      known.delete(id);
      return command(`a=d,d=I,i=${id},q=2`);
    },
  };
}

/** Of iTerm2, also WezTerm. */
const iterm: Protocol = {
  draw: ({ picture, columns, rows }) =>
    `\u001b]1337;File=inline=1;size=${picture.png.length};width=${columns};height=${rows};preserveAspectRatio=0;doNotMoveCursor=1:${Buffer.from(picture.png).toString('base64')}\u0007`,
  remove: undefined,
};

const sixel = (cell: { readonly width: number; readonly height: number }): Protocol => ({
  draw: ({ picture, columns, rows }) => toSixel(picture, columns * cell.width, rows * cell.height),
  remove: undefined,
});

export function protocolFor(capability: Capability): Protocol {
  if (capability.protocol === 'sixel') return sixel(capability.cell);
  return capability.protocol === 'kitty' ? kitty() : iterm;
}
