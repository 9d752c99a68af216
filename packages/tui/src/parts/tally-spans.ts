import { type Spans, spansWidth, STATE_LOOKS } from '@muster/sdk/ui';
import { grouped } from './format.ts';

type State = keyof typeof STATE_LOOKS;

/** How many are in each state, states without any left out. Words where there is room for all of them; else the signs alone. */
export function tallySpans(counts: Readonly<Partial<Record<State, number>>>, width: number): Spans {
  const spansWith = (words: boolean): Spans =>
    (Object.keys(STATE_LOOKS) as State[]).flatMap((state): Spans => {
      const count = counts[state] ?? 0;
      const { sign, word, tone } = STATE_LOOKS[state];
      return count === 0 ? [] : [{ text: ` ${sign} ${grouped(count)}${words ? ` ${word}` : ''} `, tone }];
    });
  const whole = spansWith(true);
  return spansWidth(whole) <= width ? whole : spansWith(false);
}
