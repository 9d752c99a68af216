import { STATE_NAMES, STATES } from './states.ts';
import { HAPPENING_NAMES, HAPPENINGS, TRANSITIONS } from './transitions.ts';

/** The machine as docs/whatsapp.md shows it: a drawing and two tables. */
export function machinePage(): string {
  const id = (name: string): string => name.replaceAll('-', '_');
  // Close leads from everywhere to stopped: drawn, it would hide the rest.
  const arrows = TRANSITIONS.filter(({ on }) => on !== 'close').flatMap(({ from, on, to }) =>
    from.filter((one) => one !== to).map((one) => `  ${id(one)} --> ${id(to)}: ${on}`),
  );
  const rows = STATE_NAMES.map((name) => `| \`${name}\` | ${STATES[name].general} | ${STATES[name].meaning} |`);
  const causes = HAPPENING_NAMES.map((name) => `| \`${name}\` | ${HAPPENINGS[name]} |`);
  return [
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> stopped',
    ...STATE_NAMES.filter((name) => name.includes('-')).map((name) => `  state "${name}" as ${id(name)}`),
    ...arrows,
    '```',
    '',
    '`close` leads from every state to `stopped`.',
    '',
    '| state | for the host | what it means |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '| what happens | when |',
    '| --- | --- |',
    ...causes,
  ].join('\n');
}
