/** A file says the least level an account has: a higher one that is known stays. Everything else the file says replaces. */
export function mergeLoaded(
  known: Readonly<Record<string, unknown>>,
  loaded: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const was = known['level'];
  const is = loaded['level'];
  const level = typeof was === 'number' && typeof is === 'number' ? Math.max(was, is) : (is ?? was);
  return { ...known, ...loaded, ...(level !== undefined && { level }) };
}
