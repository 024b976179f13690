/** Each channel waits for its own bucket most of the time. */
export const CHANNELS_AT_A_TIME = 8;

/** Runs `action` for every item, `count` at a time, in order. The first failure ends it, after those under way. */
export async function inParallel<T>(
  items: readonly T[],
  count: number,
  action: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const failures: unknown[] = [];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined && failures.length === 0; item = queue.shift()) {
      await action(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: count }, worker));
  if (failures.length > 0) throw failures[0];
}
