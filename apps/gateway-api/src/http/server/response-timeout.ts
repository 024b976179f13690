import type { Server } from 'node:http';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Counter } from 'prom-client';

const SWEEP_EVERY_MS = 250;

/** Files of exports and attachments: what a slow client has not read yet is on the disk. */
const FILE_PATH = /^\/api\/v1\/(exports\/[^/]+\/files\/[^/]+|attachments\/\d+\/\d+(\/file)?)$/;
/** Streams limit what waits for a slow client themselves: see `SseWriter` and `EventWriter`. */
const STREAM_PATHS: ReadonlySet<string> = new Set(['/api/stream', '/api/v1/events']);

/**
 * Closes the connection of a client that takes too long to read a response, because the unread part stays in memory. The
 * time starts with the headers of the response, so it does not include the time to prepare the response.
 */
export function limitResponseTime(server: Server, timeoutMs: number, closed: Counter): RequestHandler {
  const open = new Map<Response, number | undefined>();
  const sweep = setInterval(() => {
    const nowMs = performance.now();
    for (const [response, sinceMs] of open) {
      if (sinceMs === undefined) {
        if (response.headersSent) open.set(response, nowMs);
      } else if (nowMs - sinceMs > timeoutMs) {
        // Counted once, however long the connection takes to close.
        open.delete(response);
        closed.inc();
        response.destroy();
      }
    }
  }, SWEEP_EVERY_MS).unref();
  server.once('close', () => clearInterval(sweep));
  return ({ path }: Request, response: Response, next: NextFunction) => {
    if (!STREAM_PATHS.has(path) && !FILE_PATH.test(path)) {
      open.set(response, undefined);
      response.once('close', () => open.delete(response));
    }
    next();
  };
}
