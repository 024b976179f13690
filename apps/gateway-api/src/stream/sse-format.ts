/**
 * A server-sent event without its end, so that the same text can be written to several streams: {@link endEvent} adds `id:` and
 * the empty line. JSON contains no line breaks, so one `data:` line suffices.
 */
export const beginEvent = (event: string, data: unknown): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n`;

/** `id`: the cursor after this event. Without it, a client that disconnects after the event gets it again. */
export const endEvent = (id?: string): string => (id === undefined ? '\n' : `id: ${id}\n\n`);

/** How long a client waits before it reconnects when the stream ends. */
export const retryAfter = (ms: number): string => `retry: ${Math.round(ms)}\n\n`;

/** Keeps proxies from closing a silent stream. An `id:` without data sets the cursor without an event. */
export const heartbeat = (id?: string): string => `: heartbeat\n${endEvent(id)}`;
