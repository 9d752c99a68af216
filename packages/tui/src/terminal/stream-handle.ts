/** The part of a Node stream that talks to the terminal. Not public, so nothing may depend on its being there. */
export interface StreamHandle {
  reading?: boolean;
  readStart?: () => void;
  readStop?: () => void;
  close?: () => void;
  setBlocking?: (blocking: boolean) => number;
}

export const handleOf = (stream: object): StreamHandle | undefined => Reflect.get(stream, '_handle') as StreamHandle | undefined;
