import type { WatchTopic } from '@muster/api';
import type { SessionReach } from '@muster/core';
import { MusterError } from '@muster/sdk';

const TOPICS: readonly WatchTopic[] = ['event', 'roster', 'job', 'prompts', 'sessions', 'status', 'changed'];

/** `event,job` as a set. BAD_INPUT names what is not a topic. */
export function topicsOf(text: string): ReadonlySet<WatchTopic> {
  const topics = text.split(',').map((word) => {
    const topic = TOPICS.find((known) => known === word.trim());
    if (!topic) throw new MusterError('BAD_INPUT', `topics: "${word}" is none of ${TOPICS.join(', ')}.`);
    return topic;
  });
  return new Set(topics);
}

const LIMITED: readonly WatchTopic[] = ['event', 'sessions'];

/** What of the topics a caller may watch: one with a limited reach is told of sessions only. */
export const topicsFor = (topics: ReadonlySet<WatchTopic>, reach: SessionReach | undefined): ReadonlySet<WatchTopic> =>
  reach ? new Set(LIMITED.filter((topic) => topics.has(topic))) : topics;
