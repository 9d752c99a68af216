import type { Graphics } from '@muster/sdk/ui';
import { createStore, type Readable } from '../state/store.ts';
import { type Capability, capabilityOf, isLastAnswer, QUESTIONS } from './capability.ts';
import type { ImageLayer } from './image-layer.ts';

/** What is not answered within this decides nothing: the picture stays drawn from blocks. */
const ANSWER_MS = 200;

export interface GraphicsHost {
  readonly layer: ImageLayer;
  readonly write: (sequence: string) => void;
  /** Columns and rows. */
  readonly size: () => { readonly width: number; readonly height: number };
  /** False for terminals that would draw the questions. */
  readonly mayAsk: boolean;
}

export interface TerminalGraphics {
  /** Another object once it is known what the terminal can. */
  readonly graphics: Readable<Graphics>;
  /** Takes what the terminal says; true when it was an answer. */
  readonly hear: (reply: string) => boolean;
  readonly close: () => void;
}

/** Pictures by the terminal itself. It is asked when the first picture is to be drawn, never before. */
export function createGraphics({ layer, write, size, mayAsk }: GraphicsHost): TerminalGraphics {
  let state: 'new' | 'asked' | 'known' = mayAsk ? 'new' : 'known';
  let replies: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const ask = (): void => {
    if (state !== 'new') return;
    state = 'asked';
    write(QUESTIONS);
    timer = setTimeout(() => settle(undefined), ANSWER_MS);
  };
  const make = (): Graphics => ({ signOf: layer.signOf, ask });
  const graphics = createStore(make());
  const settle = (capability: Capability | undefined): void => {
    clearTimeout(timer);
    state = 'known';
    replies = [];
    if (capability === undefined) return;
    layer.setCapability(capability);
    graphics.set(make());
  };
  return {
    graphics,
    hear(reply) {
      if (state !== 'asked') return false;
      replies.push(reply);
      if (isLastAnswer(reply)) settle(capabilityOf(replies, size()));
      return true;
    },
    close: () => clearTimeout(timer),
  };
}
