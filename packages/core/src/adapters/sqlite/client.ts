import { Worker } from 'node:worker_threads';
import { MusterError } from '@muster/sdk';
import type { RewriteProgress } from '../../ports/store.ts';
import type { CallName, Calls, Failure, FromWorker, Reply, Request, ToWorker, WorkerOptions } from './protocol.ts';

interface Waiting {
  resolve(value: never): void;
  reject(error: Error): void;
}

// The worker is a file of its own, compiled beside this one; from the sources (as tests run) Node takes the types away itself.
const isSource = import.meta.url.endsWith('.ts');
const FILE = new URL(isSource ? './worker.ts' : './worker.js', import.meta.url);
const FLAGS = isSource ? ['--conditions=muster:source'] : [];

/** The reader cannot answer; the writer can. */
export class IndexLags extends Error {}

const errorOf = ({ code, message, details }: Failure): MusterError => new MusterError(code, message, details ? { details } : {});

// What a batch leaves behind is thrown away soon. Given more, V8 keeps tens of megabytes for it in each thread, and is no quicker.
const YOUNG_MEGABYTES = 8;

/** A worker thread with the database open. Requests of one turn of the event loop travel together and become durable together. */
export const startWorker = async (options: WorkerOptions, onRewrite?: (progress: RewriteProgress) => void) => {
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MEGABYTES };
  const worker = new Worker(FILE, { workerData: options, execArgv: FLAGS, env: {}, resourceLimits });
  const waiting = new Map<number, Waiting>();
  let requests: Request[] = [];
  let last = 0;
  let gone: Error | undefined;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows; a thread has no origin
  const post = (message: ToWorker): void => worker.postMessage(message);

  const flush = (): void => {
    post({ kind: 'requests', requests });
    requests = [];
  };
  const settle = (reply: Reply): void => {
    const caller = waiting.get(reply.number);
    waiting.delete(reply.number);
    if ('lagging' in reply) caller?.reject(new IndexLags());
    else if ('failure' in reply) caller?.reject(errorOf(reply.failure));
    else caller?.resolve((reply.json === undefined ? undefined : JSON.parse(reply.json)) as never);
  };
  const end = (error: Error): void => {
    gone ??= error;
    for (const caller of waiting.values()) caller.reject(gone);
    waiting.clear();
  };
  const stopped = (cause?: unknown): MusterError =>
    new MusterError('STORE_FAILED', 'The thread of the store has ended. Nothing that was answered is lost. Restart the host.', {
      cause,
    });

  await new Promise<void>((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') resolve();
      else if (message.kind === 'rewriting') onRewrite?.(message.progress);
      else if (message.kind === 'broken') reject(errorOf(message.failure));
      else message.replies.forEach(settle);
    });
    worker.on('error', (error) => {
      const failure = stopped(error);
      reject(failure);
      end(failure);
    });
    worker.on('exit', () => {
      reject(stopped());
      end(stopped());
    });
  });

  return {
    call<K extends CallName>(call: K, ...values: Parameters<Calls[K]>): Promise<ReturnType<Calls[K]>> {
      if (gone) return Promise.reject(gone);
      last += 1;
      if (requests.push({ number: last, call, values }) === 1) setImmediate(flush);
      const number = last;
      return new Promise((resolve, reject) => waiting.set(number, { resolve, reject }));
    },
    async close(): Promise<void> {
      if (gone) return;
      const exited = new Promise((resolve) => worker.once('exit', resolve));
      if (requests.length > 0) flush();
      post({ kind: 'close' });
      await exited;
    },
  };
};

export type StoreWorker = Awaited<ReturnType<typeof startWorker>>;
