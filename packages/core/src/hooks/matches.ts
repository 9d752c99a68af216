import type { MusterEvent } from '../events/event.ts';

/** What `job.ended` stands for: however it ended. */
const JOB_ENDED: ReadonlySet<string> = new Set(['job.done', 'job.cancelled', 'job.halted']);

/** `*`, a whole type, or all that begin alike: `whatsapp.*`. */
const PATTERN = /^(?:\*|[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*(?:\.\*)?)$/;

export const isPattern = (text: string): boolean => text.length <= 100 && PATTERN.test(text);

/** Whether an event is meant. Those about hooks never are: each would be the cause of the next. */
export function matches(
  event: Pick<MusterEvent, 'type' | 'plugin'>,
  hook: { readonly events: readonly string[]; readonly plugin: string | null },
): boolean {
  if (event.type.startsWith('hook.')) return false;
  if (hook.plugin !== null && event.plugin !== hook.plugin) return false;
  return hook.events.some((pattern) => {
    if (pattern === '*' || pattern === event.type) return true;
    if (pattern === 'job.ended') return JOB_ENDED.has(event.type);
    return pattern.endsWith('.*') && event.type.startsWith(pattern.slice(0, -1));
  });
}
