import type { Job } from '@muster/api';
import { safeText } from '@muster/sdk';
import type { Context } from '../context.ts';

const URL = /https?:\/\/[^\s,]+/;

/** Prints the address that a job has opened once it names it: to a pipe too, and as a first line of JSON. */
export function urlTeller({ out }: Pick<Context, 'out'>): (job: Job) => void {
  let told = false;
  return ({ id, running }) => {
    const [url] = URL.exec(running[0]?.note ?? '') ?? [];
    if (told || url === undefined) return;
    told = true;
    out.line(safeText(url));
    out.document({ job: id, url });
  };
}
