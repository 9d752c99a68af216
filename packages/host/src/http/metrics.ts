import type { HostStatus, SessionList } from '@muster/api';
import type { PluginServices } from '@muster/core';

const escape = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** What the names of samples end with. */
const SUFFIX = { counter: '_total', gauge: '', info: '_info' } as const;

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

function family(
  name: string,
  about: { readonly type?: 'counter' | 'gauge' | 'info'; readonly unit?: string; readonly help: string },
  samples: readonly Sample[],
): string {
  const { type = 'gauge', unit, help } = about;
  const lines = samples.map(([labels, value]) => {
    const text = Object.entries(labels).map(([label, word]) => `${label}="${escape(word)}"`);
    return `${name}${SUFFIX[type]}${text.length === 0 ? '' : `{${text.join(',')}}`} ${value}`;
  });
  return [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
    ...lines,
  ].join('\n');
}

/** How late the loop is right now: what a zero timer takes beyond its millisecond. Measured when asked, so that an idle host sleeps. */
export const loopDelaySeconds = (): Promise<number> =>
  new Promise((resolve) => {
    const from = performance.now();
    setTimeout(() => resolve(Math.max(0, performance.now() - from - 1) / 1_000), 0);
  });

/** How plugins spread requests over their accounts. */
function rotationFamilies(rotations: ReturnType<PluginServices['rotations']>): string[] {
  const totals = rotations.map(({ plugin, rotation }) => ({ plugin, ...rotation.totals() }));
  const each = (pick: (of: (typeof totals)[number]) => number): Sample[] => totals.map((of) => [{ plugin: of.plugin }, pick(of)]);
  const requests = totals.flatMap(({ plugin, served, failed }): Sample[] => [
    [{ plugin, outcome: 'served' }, served],
    [{ plugin, outcome: 'failed' }, failed],
  ]);
  return [
    family('muster_rotation_requests', { type: 'counter', help: 'Requests that ended, since the rotation was opened' }, requests),
    family(
      'muster_rotation_tokens',
      { type: 'counter', help: 'Tokens of those requests' },
      each(({ tokens }) => tokens),
    ),
    family(
      'muster_rotation_accounts',
      { help: 'Accounts in rotation' },
      each(({ accounts }) => accounts),
    ),
    family(
      'muster_rotation_free_accounts',
      { help: 'Accounts that can be picked now' },
      each(({ free }) => free),
    ),
    family(
      'muster_rotation_running',
      { help: 'Requests under way' },
      each(({ inFlight }) => inFlight),
    ),
    family(
      'muster_rotation_waiting',
      { help: 'Requests that wait for a free account' },
      each(({ waiting }) => waiting),
    ),
  ];
}

/** What is connected, and how far it is from the limits. */
function sessionFamilies({ sessions, limits, usage }: SessionList): string[] {
  const counts = new Map<string, { readonly plugin: string; readonly state: string; count: number }>();
  for (const { open, plugin, state } of sessions) {
    if (!open) continue;
    const entry = counts.get(`${plugin} ${state}`) ?? { plugin, state, count: 0 };
    entry.count += 1;
    counts.set(`${plugin} ${state}`, entry);
  }
  const states = [...counts.values()].map(({ plugin, state, count }): Sample => [{ plugin, state }, count]);
  const memory = { unit: 'bytes', help: 'What open sessions need, as measured, else as expected' };
  return [
    family('muster_sessions', { help: 'Open sessions by plugin and state' }, states),
    family('muster_sessions_limit', { help: 'Sessions that may be open at once' }, [[{}, limits.max]]),
    family('muster_sessions_memory_bytes', memory, [[{}, usage.memoryBytes]]),
  ];
}

export interface MetricsParts {
  readonly loopDelay: number;
  readonly rotations: ReturnType<PluginServices['rotations']>;
  readonly sessions: SessionList;
}

/** The status, and what is open, as OpenMetrics text. */
export function openMetrics(status: HostStatus, { loopDelay, rotations, sessions }: MetricsParts): string {
  const one = (value: number): Sample[] => [[{}, value]];
  const each = (label: string, counts: Readonly<Record<string, number>>): Sample[] =>
    Object.entries(counts).map(([word, value]) => [{ [label]: word }, value]);
  return [
    family('muster_host', { type: 'info', help: 'The running host' }, [[{ version: status.version }, 1]]),
    family('muster_start_time_seconds', { unit: 'seconds', help: 'When the host started' }, one(status.startedAt / 1_000)),
    family(
      'muster_accounts',
      { help: 'Accounts by plugin and state' },
      status.accounts.map(({ plugin, state, count }) => [{ plugin, state }, count]),
    ),
    family('muster_jobs', { help: 'Jobs by state' }, each('state', status.jobs)),
    family('muster_tasks', { help: 'Tasks by state' }, each('state', status.tasks)),
    family('muster_prompts', { help: 'Questions that wait for a person' }, one(status.prompts)),
    family('muster_plugins', { help: 'Plugins by state' }, each('state', status.plugins)),
    family('muster_store_documents', { help: 'Documents by collection' }, each('collection', status.store.documents)),
    family('muster_store_size_bytes', { unit: 'bytes', help: 'Size of the store on disk' }, one(status.store.bytes)),
    family('muster_store_failed', { help: '1 when the store takes no more writes' }, one(status.store.failed === null ? 0 : 1)),
    family('muster_vault_locked', { help: '1 when secrets cannot be read' }, one(status.vault.state === 'locked' ? 1 : 0)),
    family('muster_resident_memory_bytes', { unit: 'bytes', help: 'Resident memory of the host' }, one(status.rssBytes)),
    family('muster_cpu_ratio', { unit: 'ratio', help: 'Of one core, lately' }, one(status.cpuPercent / 100)),
    family('muster_event_loop_delay_seconds', { unit: 'seconds', help: 'How late the event loop is' }, one(loopDelay)),
    ...sessionFamilies(sessions),
    ...rotationFamilies(rotations),
    '# EOF\n',
  ].join('\n');
}
