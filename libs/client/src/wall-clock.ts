/** The time of day, in milliseconds since the Unix epoch: what the expiry of a token is compared with. */
export const wallClockMs = (): number => Date.now();
