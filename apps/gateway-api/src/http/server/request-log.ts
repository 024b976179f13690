import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { Histogram, type Registry } from 'prom-client';
import { type Logger, startSpan, type Outcome, SpanKind } from '@discord-relay/platform';

interface Labels {
  route: string;
  method: string;
  status: number;
}

const HEADER = 'x-request-id';
const ACCEPTED = /^[\w.-]{1,64}$/;

/** The request id in the log. */
export const requestIdOf = (response: Response): string => String(response.getHeader(HEADER) ?? '');

/** Gives every request an id (the caller's, if it sent a usable one), and when it ends a log line and a metric. */
export function requestLog(registry: Registry, logger: Logger): RequestHandler {
  const seconds = new Histogram({
    name: 'relay_gateway_http_requests_seconds',
    help: 'Time from an HTTP request to the end of its response.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  return (request: Request, response: Response, next: NextFunction) => {
    const startedAtMs = performance.now();
    const stage = startSpan({ name: request.method, kind: SpanKind.SERVER });
    const given = request.headers[HEADER];
    response.setHeader(HEADER, typeof given === 'string' && ACCEPTED.test(given) ? given : randomUUID());
    response.on('close', () => {
      const durationMs = performance.now() - startedAtMs;
      const labels = { route: routeOf(request), method: request.method, status: response.statusCode };
      seconds.observe(labels, durationMs / 1_000);
      const line = { requestId: requestIdOf(response), ...labels, durationMs: Math.round(durationMs) };
      logger[levelOf(labels.route, response.statusCode)](line, 'request');
      stage?.end(outcomeOf(labels, line.requestId));
    });
    next();
  };
}

const outcomeOf = ({ route, method, status }: Labels, requestId: string): Outcome => ({
  name: `${method} ${route}`,
  attributes: {
    'http.request.method': method,
    'http.route': route,
    'http.response.status_code': status,
    'relay.request_id': requestId,
  },
  failed: status >= 500,
});

/** The pattern instead of the path, because ids would create a time series each. */
function routeOf(request: Request): string {
  const route = request.route as { path?: unknown } | undefined;
  return typeof route?.path === 'string' ? route.path : 'other';
}

/** Probes come every second, and a failing one reports its reason itself. */
function levelOf(route: string, status: number): 'warn' | 'info' | 'debug' {
  if (!route.startsWith('/api/v1/') && route !== '/mcp') return 'debug';
  return status >= 500 ? 'warn' : 'info';
}
