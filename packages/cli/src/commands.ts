import type { Command } from 'commander';
import type { Context } from './context.ts';

/** Adds one command, with its own sub-commands, to the program. */
export type Register = (program: Command, context: Context) => void;

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly group: 'Host' | 'Accounts' | 'Work' | 'Administration' | 'Plugins';
  /** It speaks of every other command, so all of them are loaded with it. */
  readonly needsAll?: true;
  load(): Promise<{ readonly register: Register }>;
}

/** Every command; its module is loaded when it is called. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: 'serve', group: 'Host', summary: 'run the host', load: () => import('./commands/serve.ts') },
  { name: 'stop', group: 'Host', summary: 'end the host in order', load: () => import('./commands/stop.ts') },
  { name: 'status', group: 'Host', summary: 'say what the host does now', load: () => import('./commands/status.ts') },
  { name: 'doctor', group: 'Host', summary: 'check this machine', load: () => import('./commands/doctor.ts') },
  { name: 'import', group: 'Accounts', summary: 'load accounts from files', load: () => import('./commands/import.ts') },
  {
    name: 'export',
    group: 'Accounts',
    summary: 'write accounts to a file',
    load: () => import('./commands/export.ts'),
  },
  {
    name: 'accounts',
    group: 'Accounts',
    summary: 'list and change accounts',
    load: () => import('./commands/accounts.ts'),
  },
  { name: 'run', group: 'Work', summary: 'run an action of a plugin', load: () => import('./commands/run.ts') },
  { name: 'jobs', group: 'Work', summary: 'follow and steer jobs', load: () => import('./commands/jobs.ts') },
  {
    name: 'evidence',
    group: 'Work',
    summary: 'what failed tasks kept',
    load: () => import('./commands/evidence.ts'),
  },
  { name: 'sessions', group: 'Work', summary: 'connections of accounts', load: () => import('./commands/sessions.ts') },
  { name: 'prompts', group: 'Work', summary: 'questions to a person', load: () => import('./commands/prompts.ts') },
  { name: 'proxies', group: 'Work', summary: 'ways out to the network', load: () => import('./commands/proxies.ts') },
  { name: 'view', group: 'Work', summary: "print a plugin's pages", load: () => import('./commands/view.ts') },
  {
    name: 'schedules',
    group: 'Work',
    summary: 'runs by the clock',
    load: () => import('./commands/schedules.ts'),
  },
  { name: 'hooks', group: 'Work', summary: 'tell others what happens', load: () => import('./commands/hooks.ts') },
  { name: 'events', group: 'Work', summary: 'follow the event log', load: () => import('./commands/events.ts') },
  { name: 'plugin', group: 'Plugins', summary: 'list, add and test them', load: () => import('./commands/plugin.ts') },
  { name: 'sim', group: 'Plugins', summary: 'run a simulator', load: () => import('./commands/sim.ts') },
  {
    name: 'token',
    group: 'Administration',
    summary: 'bearer tokens for HTTP',
    load: () => import('./commands/token.ts'),
  },
  { name: 'vault', group: 'Administration', summary: 'keys of the secrets', load: () => import('./commands/vault.ts') },
  {
    name: 'store',
    group: 'Administration',
    summary: 'check, move, back up',
    load: () => import('./commands/store.ts'),
  },
  {
    name: 'completion',
    group: 'Administration',
    summary: 'completions for a shell',
    needsAll: true,
    load: () => import('./commands/completion.ts'),
  },
];
