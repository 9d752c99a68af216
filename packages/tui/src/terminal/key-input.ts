import type { Key } from './key.ts';
import { createKeyParser } from './key-parser.ts';
import { handleOf } from './stream-handle.ts';

/** A sequence split by a slow line arrives within this time; a lone Esc is felt at once all the same. */
const ESCAPE_MS = 70;

export interface KeyInput {
  /** Stops listening and lets go of the terminal, so that a program in front of this one gets every key. */
  readonly pause: () => void;
  readonly resume: () => void;
  readonly close: () => void;
}

/** Reads keys from a terminal in raw mode and hands them on one by one, in order. */
export function createKeyInput(stdin: NodeJS.ReadStream, onKey: (key: Key) => void): KeyInput {
  const parser = createKeyParser();
  let timer: NodeJS.Timeout | undefined;
  const emit = (keys: readonly Key[]): void => {
    for (const key of keys) onKey(key);
  };
  const onData = (chunk: string): void => {
    clearTimeout(timer);
    emit(parser.push(chunk));
    if (parser.isPending()) timer = setTimeout(() => emit(parser.flush()), ESCAPE_MS);
  };
  // `pause()` alone leaves a read pending in libuv, and that read would steal the next program's first key.
  const setReading = (on: boolean): void => {
    const handle = handleOf(stdin);
    if (!handle?.readStop || !handle.readStart) return;
    handle.reading = on;
    if (on) handle.readStart();
    else handle.readStop();
  };
  stdin.setEncoding('utf8');
  stdin.on('data', onData);
  stdin.resume();
  const pause = (): void => {
    clearTimeout(timer);
    stdin.off('data', onData);
    stdin.pause();
    setReading(false);
  };
  return {
    pause,
    resume() {
      parser.flush();
      stdin.on('data', onData);
      stdin.resume();
      setReading(true);
    },
    close: pause,
  };
}
