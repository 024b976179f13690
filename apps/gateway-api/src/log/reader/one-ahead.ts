/** The same items; each next one is prepared while the consumer works on the one before. */
export async function* oneAhead<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  const start = (): Promise<IteratorResult<T>> => {
    const next = iterator.next();
    // Its failure is handled when it is awaited.
    next.catch(() => undefined);
    return next;
  };
  try {
    for (let next = start(); ;) {
      const { done, value } = await next;
      if (done) return;
      next = start();
      yield value;
    }
  } finally {
    // Not awaited: the item that is being prepared may take long.
    void iterator.return?.();
  }
}
