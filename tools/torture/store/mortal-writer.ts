import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Ledger } from './ledger.ts';
import type { Kind } from './shape.ts';

const WRITER = fileURLToPath(new URL('writer.ts', import.meta.url));

export interface MortalWriter {
  /** Resolves when something was acknowledged, or it has ended before. */
  readonly ready: Promise<void>;
  stop(): void;
  kill(): Promise<void>;
  /** What it complained of. */
  readonly complaints: string[];
}

/** Starts the writing process and keeps the ledger of what it says. */
export const startWriter = (options: { kind: Kind; directory: string; writers: number; ledger: Ledger }): MortalWriter => {
  const { kind, directory, writers, ledger } = options;
  const values = [kind, directory, String(writers), String(ledger.highest)];
  const child = spawn(process.execPath, ['--conditions=muster:source', WRITER, ...values], { stdio: ['ignore', 'pipe', 'pipe'] });
  const complaints: string[] = [];
  const ended = once(child, 'close');
  child.stderr.on('data', (text: Buffer) => complaints.push(text.toString().slice(0, 500)));
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      if (!/^(tried|acknowledged) \d+ \d+ \d+$/.test(line)) return;
      ledger.hear(line);
      if (line.startsWith('acknowledged')) resolve();
    });
    child.on('close', () => resolve());
  });
  return {
    ready,
    complaints,
    stop: () => void child.kill('SIGSTOP'),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
};
