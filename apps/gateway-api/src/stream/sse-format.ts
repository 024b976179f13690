/**
 * An event of a server-sent stream without its end, so that it can be written to several streams: {@link endEvent} adds `id:`
 * and the empty line. JSON has no line breaks that would need a second `data:`.
 */
export const beginEvent = (event: string, data: unknown): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n`;

/** `id`: the cursor from here on; without it, a client that disconnects after this event gets it again. */
export const endEvent = (id?: string): string => (id === undefined ? '\n' : `id: ${id}\n\n`);

/** How long a client waits before it reconnects when the stream ends. */
export const retryAfter = (ms: number): string => `retry: ${Math.round(ms)}\n\n`;

/** Keeps proxies from closing a silent stream. An `id:` without data causes no event, but sets the cursor. */
export const heartbeat = (id?: string): string => `: heartbeat\n${endEvent(id)}`;
