import type { Row } from './store/row.ts';
import { closeSubject, openSubject } from '../bench/lib-tui.ts';
import { freeze, heldKey, killedHost, paste, resizes } from './terminal/trials.ts';

/**
 * The real program on a real terminal, treated badly; about four minutes. `BENCH_ACCOUNTS=1000000 BENCH_STORE=sqlite` for the large roster,
 * `BENCH_EVENTS` for how many events a second meanwhile (50).
 */
export async function* torture(): AsyncGenerator<Row> {
  const subject = await openSubject();
  try {
    for (const trial of [paste, heldKey, freeze, resizes, killedHost]) yield await trial(subject);
  } finally {
    await closeSubject(subject);
  }
}
