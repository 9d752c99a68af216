/**
 * Between the stores and the drawing. Changes of one turn of the loop are drawn once: of a thousand keys in one read, the last state. And
 * while the terminal does not take what was sent, they are only remembered, and drawn when it does. Keys held down over a slow line change the
 * state at once and are never lost; only the frames between are.
 */
export interface PaintGate {
  readonly request: (draw: () => void) => void;
  readonly close: () => void;
}

const LOOK_AGAIN_MS = 30;

export function createPaintGate(isOpen: () => boolean): PaintGate {
  const waiting = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  let planned = false;
  const look = (): void => {
    planned = false;
    timer = undefined;
    if (!isOpen()) {
      planned = true;
      timer = setTimeout(look, LOOK_AGAIN_MS);
      return;
    }
    const draws = Array.from(waiting);
    waiting.clear();
    for (const draw of draws) draw();
  };
  return {
    request(draw) {
      waiting.add(draw);
      if (planned) return;
      planned = true;
      queueMicrotask(look);
    },
    close() {
      clearTimeout(timer);
      waiting.clear();
    },
  };
}
