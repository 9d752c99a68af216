const KEY = '"usage":';
const NUMBERS = /"(prompt|completion|total)_tokens":\s*(\d{1,15})/g;
/** The figures stand within so many characters of the key. */
const REACH = 600;

/**
 * Tokens that an answer says it cost, read from its text without parsing it: within a JSON text no string can hold an unescaped
 * `"usage":`. The last one counts. Undefined when it does not say.
 */
export function tokensIn(json: string): number | undefined {
  // Null in every event but the last, where a service sends it with each.
  const at = json.lastIndexOf(KEY);
  if (
    at === -1 ||
    !json
      .slice(at + KEY.length, at + REACH)
      .trimStart()
      .startsWith('{')
  )
    return undefined;
  const figures: Record<string, number> = {};
  for (const [, name = '', value = ''] of json.slice(at, at + REACH).matchAll(NUMBERS)) figures[name] ??= Number(value);
  const { prompt, completion, total } = figures;
  return total ?? (prompt === undefined && completion === undefined ? undefined : (prompt ?? 0) + (completion ?? 0));
}
