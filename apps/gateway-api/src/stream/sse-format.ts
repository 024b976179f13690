/**
 * An event of a server-sent stream without its end, so that it can be written to several streams: `id:` and the empty
 * line that ends it are {@link endEvent}'s. JSON has no line breaks that would need a second `data:`.
 */
export const beginEvent = (event: string, data: unknown): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n`;

/** `id`: the cursor from here on; without one, who is cut after this event gets it again. */
export const endEvent = (id?: string): string => (id === undefined ? '\n' : `id: ${id}\n\n`);

/** How long a client waits before it comes back when the stream ends. */
export const retryAfter = (ms: number): string => `retry: ${Math.round(ms)}\n\n`;

/** Keeps proxies from closing a quiet stream. An `id:` without data makes no event, but it is the cursor from here on. */
export const heartbeat = (id?: string): string => `: heartbeat\n${endEvent(id)}`;
