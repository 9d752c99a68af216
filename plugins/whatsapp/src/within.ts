import { MusterError } from '@muster/sdk';

/** Rejects with RETRY_LATER when it takes longer. What is late then may still fail without anybody minding. */
export async function within<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  work.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new MusterError('RETRY_LATER', `${what}: no answer within ${ms} ms.`, { remedy: 'retry' })),
      ms,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** As puppeteer says it when a page went elsewhere, or away, in the middle of a call. */
export const isNavigation = (error: unknown): boolean =>
  /context was destroyed|Cannot find context|Promise was collected|Execution context is not available/i.test(String(error));

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
