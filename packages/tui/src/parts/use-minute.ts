import { useEffect, useState } from 'react';
import type { Shell } from '../shell.ts';

const MINUTE = 60_000;

/** The current minute; draws again when it changes. Nothing on screen counts seconds while nothing happens. */
export function useMinute(shell: Shell): number {
  const [minute, setMinute] = useState(() => Math.floor(shell.now() / MINUTE));
  useEffect(() => shell.clock.onTick(() => setMinute(Math.floor(shell.now() / MINUTE))), [shell]);
  return minute;
}

/** The current second, for what has a deadline in view; stands still while `active` is false. */
export function useSecond(shell: Shell, active: boolean): number {
  const [second, setSecond] = useState(() => Math.floor(shell.now() / 1_000));
  useEffect(() => (active ? shell.clock.onTick(() => setSecond(Math.floor(shell.now() / 1_000))) : undefined), [shell, active]);
  return second;
}
