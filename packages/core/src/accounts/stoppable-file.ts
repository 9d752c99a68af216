import { MusterError, type ImportFile } from '@muster/sdk';

/** A file whose reading ends when the signal fires, also while no bytes come. */
export function stoppableFile(file: ImportFile, signal: AbortSignal): ImportFile {
  async function* read(): AsyncGenerator<Uint8Array> {
    let stop: () => void = () => undefined;
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(new MusterError('ABORTED', `Reading ${file.name} was stopped.`));
      signal.addEventListener('abort', stop, { once: true });
    });
    stopped.catch(() => undefined);
    if (signal.aborted) stop();
    const bytes = file.bytes[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await Promise.race([bytes.next(), stopped]);
        if (next.done) return;
        yield next.value;
      }
    } finally {
      signal.removeEventListener('abort', stop);
      // Not awaited: a source that hangs in a read would hold up the end, too.
      bytes.return?.().catch(() => undefined);
    }
  }
  return { name: file.name, bytes: read() };
}
