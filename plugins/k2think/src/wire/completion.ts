import { splitReasoning } from './reasoning.ts';
import { tokensIn } from './usage.ts';

export interface CompletionOptions {
  readonly accountId: string;
  /** Move the model's thinking out of `content`, into `reasoning_content`. */
  readonly separate: boolean;
}

interface Message {
  content?: unknown;
  reasoning_content?: unknown;
}

/** Any spelling of a tag that has to do with thinking; JSON may write `<` as \u003c. */
const TAGS = /think(?:>|\\u003e)|(?:<|\\u003c)answer|type=\\"reasoning/i;
const OBJECT = /^\s*\{/;

/** `_accountId` put first into a JSON object, its text otherwise as it is. */
export function withAccount(json: string, accountId: string): string {
  const open = OBJECT.exec(json)?.[0];
  if (open === undefined) return json;
  const rest = json.slice(open.length);
  return `{"_accountId":${JSON.stringify(accountId)}${rest.trimStart().startsWith('}') ? '' : ','}${rest}`;
}

function separateIn(json: string): string {
  const value = JSON.parse(json) as { choices?: { message?: Message }[] };
  if (!Array.isArray(value.choices)) return json;
  for (const { message } of value.choices) {
    if (typeof message?.content !== 'string' || (message.reasoning_content ?? '') !== '') continue;
    const { reasoning, answer } = splitReasoning(message.content);
    message.content = answer;
    if (reasoning !== undefined) message.reasoning_content = reasoning;
  }
  return JSON.stringify(value);
}

/** What the gateway makes of a whole answer. Undefined when it is no JSON object. */
export function translateCompletion(
  json: string,
  { accountId, separate }: CompletionOptions,
): { readonly json: string; readonly tokens: number | undefined } | undefined {
  if (!OBJECT.test(json)) return undefined;
  let text = json;
  try {
    if (separate && TAGS.test(json)) text = separateIn(json);
    else if (!json.trimEnd().endsWith('}')) return undefined;
  } catch {
    return undefined;
  }
  return { json: withAccount(text, accountId), tokens: tokensIn(json) };
}
