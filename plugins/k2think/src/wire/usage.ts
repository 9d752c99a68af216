const KEY = '"usage":';
/** The figures stand within so many characters of the key. */
const REACH = 600;

function figure(json: string, name: string, from: number): number | undefined {
  const key = `"${name}":`;
  const at = json.indexOf(key, from);
  if (at === -1 || at > from + REACH) return undefined;
  const value = Number.parseInt(json.slice(at + key.length, at + key.length + 20), 10);
  return value >= 0 ? value : undefined;
}

/**
 * Tokens that an answer says it cost, read from its text without parsing it: within a JSON text no string can hold an unescaped
 * `"usage":`. The last one counts. Undefined when it does not say, or says null, as some do in every event but the last.
 */
export function tokensIn(json: string): number | undefined {
  const at = json.lastIndexOf(KEY);
  if (at === -1) return undefined;
  const total = figure(json, 'total_tokens', at);
  if (total !== undefined) return total;
  const [prompt, completion] = [figure(json, 'prompt_tokens', at), figure(json, 'completion_tokens', at)];
  return prompt === undefined && completion === undefined ? undefined : (prompt ?? 0) + (completion ?? 0);
}
