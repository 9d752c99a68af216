import type { EventLevel } from '@muster/core';
import { MusterError } from '@muster/sdk';
import type { HostCore } from '../host-core.ts';
import type { Handlers } from './handler.ts';

const LEVELS: readonly EventLevel[] = ['debug', 'info', 'ask', 'warn', 'error', 'audit'];

function levelsOf(text: string): EventLevel[] {
  return text.split(',').map((word) => {
    const level = LEVELS.find((known) => known === word.trim());
    if (!level) throw new MusterError('BAD_INPUT', `levels: "${word}" is none of ${LEVELS.join(', ')}.`);
    return level;
  });
}

export const eventHandlers = ({ events }: HostCore): Pick<Handlers, 'queryEvents'> => ({
  queryEvents({ query: { levels, ...rest } }) {
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    return events.query({ ...given, ...(levels === undefined || levels === '' ? {} : { levels: levelsOf(levels) }) });
  },
});
