/**
 * The time of day, in milliseconds since the Unix epoch: for what the page shows. It can be set at any moment, also
 * backwards, so durations and deadlines use `performance.now()`.
 */
export const wallClockMs = (): number => Date.now();
