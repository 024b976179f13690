import { until } from '@discord-relay/local-stack';

/** Waits for a condition; the limit only ends a failed test. */
export async function eventually(
  what: string,
  holds: () => Promise<boolean> | boolean,
  ms = 30_000,
): Promise<void> {
  await until(what, ms, async () => (await holds()) || undefined);
}
