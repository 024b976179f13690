/** Headers of responses that are sent bit by bit: a proxy that stores, compresses or buffers one would delay it. */
export const UNBUFFERED = {
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
} as const;
