/** 2024-10-09T00:00:00Z, from which the Durable Streams protocol counts intervals. */
const EPOCH_MS = 1_728_432_000_000;
const INTERVAL_MS = 20_000;
/** The largest step beyond the cursor of a client, in seconds. */
const JITTER_S = 3_600;

/**
 * The `Stream-Cursor` of a response: the number of the present interval, or more than the client's cursor if that is not smaller, so
 * that a cache never answers the same request again.
 * @param random from 0 to 1, excluding 1
 */
export function nextStreamCursor(client: string | undefined, nowMs: number, random: number): string {
  const interval = Math.floor((nowMs - EPOCH_MS) / INTERVAL_MS);
  const known = client === undefined ? -1 : Number(client);
  if (known < interval) return String(interval);
  const jitterS = 1 + Math.floor(random * JITTER_S);
  return String(known + Math.max(1, Math.ceil((jitterS * 1_000) / INTERVAL_MS)));
}
