/** The first row to draw so that `cursor` is in view: the window moves only when the cursor leaves it. */
export function windowTop({
  cursor,
  top,
  height,
  total,
}: {
  cursor: number;
  top: number;
  height: number;
  total: number;
}): number {
  const last = Math.max(0, total - height);
  if (cursor < top) return Math.max(0, Math.min(cursor, last));
  if (cursor >= top + height) return Math.min(cursor - height + 1, last);
  return Math.min(top, last);
}

export const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(value, high));
