/** The time of day, in milliseconds since the Unix epoch, to compare with the expiry of a token. */
export const wallClockMs = (): number => Date.now();
