import type { WatchTopic } from '@muster/api';
import { MusterError } from '@muster/sdk';

const TOPICS: readonly WatchTopic[] = ['event', 'roster', 'job', 'prompts', 'status', 'changed'];

/** `event,job` as a set. BAD_INPUT names what is not a topic. */
export function topicsOf(text: string): ReadonlySet<WatchTopic> {
  const topics = text.split(',').map((word) => {
    const topic = TOPICS.find((known) => known === word.trim());
    if (!topic) throw new MusterError('BAD_INPUT', `topics: "${word}" is none of ${TOPICS.join(', ')}.`);
    return topic;
  });
  return new Set(topics);
}
