import type { Hook } from './types.ts';

/** Where a hook tells of things: an address, a command, or who gets the mail. */
export function hookTargetText(target: Hook['target']): string {
  if (target.kind === 'webhook') return target.url;
  return target.kind === 'command' ? target.command : target.to.join(', ');
}
