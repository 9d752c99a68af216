/** Results in the order in which they come. Ends early with the signal. What failed is thrown once the others are told. */
export async function* asCompleted<T>(work: readonly Promise<T>[], signal: AbortSignal): AsyncGenerator<T> {
  const come: T[] = [];
  const failures: unknown[] = [];
  let more = Promise.withResolvers<void>();
  const wake = (): void => more.resolve();
  for (const each of work) {
    each
      .then(
        (result) => come.push(result),
        (thrown: unknown) => failures.push(thrown),
      )
      .finally(wake);
  }
  signal.addEventListener('abort', wake, { once: true });
  try {
    for (let told = 0; told + failures.length < work.length && !signal.aborted;) {
      const result = come[told];
      if (told < come.length) {
        told += 1;
        yield result as T;
        continue;
      }
      await more.promise;
      more = Promise.withResolvers<void>();
    }
  } finally {
    signal.removeEventListener('abort', wake);
  }
  if (failures.length > 0 && !signal.aborted) throw failures[0];
}
