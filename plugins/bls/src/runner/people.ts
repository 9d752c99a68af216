import type { PromptRequest } from '@muster/sdk';

/** Whoever answers what only a person may answer. */
export interface People {
  ask(request: PromptRequest): Promise<string>;
  /** The code of a mail to the applicant: from the operator's own program, or typed by a person. `refused` were not taken. */
  code(request: { readonly refused: readonly string[]; readonly since: number; readonly withdraw: AbortSignal }): Promise<string>;
}

/** Tile numbers of an answer: `1 4 7`, `1,4,7` or `147`. Undefined when it is none. */
export function tileNumbers(answer: string, tiles: number): number[] | undefined {
  const text = answer.trim();
  if (!/^[\d\s,;.-]+$/.test(text)) return undefined;
  // Up to nine tiles every digit is one.
  const parts = tiles <= 9 ? (text.match(/\d/g) ?? []) : (text.match(/\d+/g) ?? []);
  const numbers = [...new Set(parts.map(Number))].toSorted((a, b) => a - b);
  return numbers.length > 0 && numbers.every((number) => number >= 1 && number <= tiles) ? numbers : undefined;
}
