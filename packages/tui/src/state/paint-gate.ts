/**
 * Between the stores and the drawing: while the terminal does not take what was sent, changes are remembered and drawn once, when it
 * does. Keys held down over a slow line change the state at once and are never lost; only the frames between are.
 */
export interface PaintGate {
  /** Runs `draw` now, or once when output goes on. */
  readonly request: (draw: () => void) => void;
  readonly close: () => void;
}

const LOOK_AGAIN_MS = 30;

export function createPaintGate(isOpen: () => boolean): PaintGate {
  const waiting = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    timer = undefined;
    if (!isOpen()) {
      timer = setTimeout(look, LOOK_AGAIN_MS);
      return;
    }
    const draws = [...waiting];
    waiting.clear();
    for (const draw of draws) draw();
  };
  return {
    request(draw) {
      if (isOpen() && waiting.size === 0) return draw();
      waiting.add(draw);
      timer ??= setTimeout(look, LOOK_AGAIN_MS);
    },
    close: () => clearTimeout(timer),
  };
}
