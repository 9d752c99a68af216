import { MusterError } from '@muster/sdk';
import { z } from 'zod';
import { Verdict } from '../schemas.ts';

/** What a checker answers. */
export const CheckAnswer = z.object({
  verdict: Verdict,
  /** The level it found. */
  level: z.int().min(0).max(100).optional(),
  /** A few words for a person. */
  detail: z.string().max(500).optional(),
});
export type CheckAnswer = z.output<typeof CheckAnswer>;

/** At most so much of an answer is read. */
export const MAX_ANSWER = 64 * 1024;

/** Reads an answer; what it holds beside a verdict may be secret, so that the error names only what is wrong. */
export function parseAnswer(text: string, who: string): CheckAnswer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MusterError(
      'CHECK_FAILED',
      `${who} answered something else than JSON. See docs/pokepool.md for what it is to answer.`,
    );
  }
  const answer = CheckAnswer.safeParse(value);
  if (answer.success) return answer.data;
  const fields = answer.error.issues.map(({ path }) => path.join('.') || 'the answer').join(', ');
  throw new MusterError(
    'CHECK_FAILED',
    `${who} answered without a verdict that is known: ${fields} is wrong. See docs/pokepool.md.`,
  );
}
