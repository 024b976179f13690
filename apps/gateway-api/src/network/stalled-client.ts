import type { ServerResponse } from 'node:http';

const STALL_MS = 60_000;

/** A client that reads nothing of a file for this long is disconnected; it resumes with a range. */
export function disconnectWhenStalled(response: ServerResponse): void {
  response.setTimeout(STALL_MS, () => response.destroy());
}
