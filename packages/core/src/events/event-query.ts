import { safeJson } from '@muster/sdk';
import type { EventQuery, MusterEvent } from './event.ts';
import { listEventFiles, dayOf } from './event-files.ts';
import { readEventLine } from './event-line.ts';
import { fileLinesFromEnd } from './reverse-lines.ts';

export const DEFAULT_LIMIT = 200;

/** Does the event fit the query, its limit aside? */
export const fits = (query: EventQuery, event: MusterEvent): boolean => {
  const { after, before, sinceMs, account, job, levels, text } = query;
  if (after !== undefined && event.seq <= after) return false;
  if (before !== undefined && event.seq >= before) return false;
  if (sinceMs !== undefined && event.at < sinceMs) return false;
  if (account !== undefined && event.account !== account) return false;
  if (job !== undefined && event.job !== job) return false;
  if (levels !== undefined && !levels.includes(event.level)) return false;
  if (text === undefined) return true;
  const wanted = text.toLowerCase();
  return event.message.toLowerCase().includes(wanted) || event.type.toLowerCase().includes(wanted);
};

/** Nothing written before this event can fit. */
const isPast = ({ after, sinceMs }: EventQuery, event: MusterEvent): boolean =>
  (after !== undefined && event.seq <= after) || (sinceMs !== undefined && event.at < sinceMs);

/** Bytes that stand in each line that fits: lines without them need no reading. The rarest first. */
const needleOf = ({ account, job, levels }: EventQuery): Buffer | undefined => {
  const [name, value] =
    account !== undefined
      ? (['account', account] as const)
      : job !== undefined
        ? (['job', job] as const)
        : levels?.length === 1
          ? (['level', levels[0]] as const)
          : [];
  return name === undefined ? undefined : Buffer.from(safeJson(JSON.stringify({ [name]: value })).slice(1, -1));
};

/** Events on disk with a number below `below`, newest first, as many as `limit`. */
export const readEvents = async (
  directory: string,
  query: EventQuery,
  { below, limit }: { readonly below: number; readonly limit: number },
): Promise<MusterEvent[]> => {
  const found: MusterEvent[] = [];
  const needle = needleOf(query);
  for (const file of (await listEventFiles(directory)).toReversed()) {
    // A file holds no event that is later than its day.
    if (query.sinceMs !== undefined && file.day < dayOf(query.sinceMs)) break;
    for await (const line of fileLinesFromEnd(file.path, needle)) {
      const event = readEventLine(line);
      if (!event || event.seq >= below) continue;
      if (isPast(query, event)) return found;
      if (!fits(query, event)) continue;
      found.push(event);
      if (found.length === limit) return found;
    }
  }
  return found;
};
