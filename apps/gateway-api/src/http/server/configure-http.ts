import type { Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { Registry } from 'prom-client';
import { LOGGER, type Logger } from '@discord-relay/platform';
import { AuditLog } from '../../auth/audit/audit-log.js';
import type { GatewayApiConfig } from '../../config.js';
import { LiveMetrics } from '../../metrics/live-metrics.js';
import { requestValidation } from '../../validation/request-validation.js';
import { SocketAdapter } from '../../live/socket/socket.adapter.js';
import { serveApiDocs } from './api-docs.js';
import { auditRefusals } from './audit-refusals.js';
import { readBodies } from './bodies.js';
import { ClientAddresses, type ProxyConfig } from '../../network/client-address.js';
import { limitRatePerAddress } from '../guards/rate-limits.js';
import { ProblemFilter } from './problem.filter.js';
import { pagePolicy } from './page-policy.js';
import { requestLog } from './request-log.js';
import { limitResponseTime } from './response-timeout.js';
import { serveStaticPage } from './static-page.js';

const HEADERS_MARGIN_MS = 5_000;

/** Everything around the endpoints: headers, limits, validation, errors, sockets, the page. */
export function configureHttp(app: NestExpressApplication, config: GatewayApiConfig): void {
  const logger = app.get<Logger>(LOGGER);
  app.disable('x-powered-by');
  // Each path has one spelling, so the rate limits and the endpoints match the same paths.
  app.set('case sensitive routing', true);
  keepAlive(app.getHttpServer(), config.HTTP_KEEP_ALIVE_MS);
  app.use(setClientAddress(config));
  app.use(requestLog(app.get(Registry), logger));
  const { slowResponses } = app.get(LiveMetrics);
  app.use(limitResponseTime(app.getHttpServer(), config.HTTP_RESPONSE_TIMEOUT_MS, slowResponses));
  app.use(auditRefusals(app.get(AuditLog)));
  const directives = pagePolicy(config.MEDIA, [config.MEDIA_CDN, ...config.MEDIA_ORIGINS]);
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives } }));
  if (config.CORS_ORIGINS.length > 0)
    app.enableCors({ origin: config.CORS_ORIGINS, exposedHeaders: ['x-request-id', 'retry-after'] });
  app.use(['/api', '/mcp'], limitRatePerAddress(config));
  app.use('/api/v1', revalidated);
  app.use('/mcp', onlyPost);
  readBodies(app, config);
  app.useGlobalPipes(requestValidation());
  app.useGlobalFilters(new ProblemFilter(logger));
  app.useWebSocketAdapter(new SocketAdapter(app, config));
  serveApiDocs(app);
  const served = serveStaticPage(app, config.WEB_DIR, {
    media: config.MEDIA,
    cdn: config.MEDIA_CDN,
  });
  logger.info({ served }, 'page configured');
}

/**
 * Idle connections outlive those of the proxy in front, so that it never sends a request on a connection that is being closed.
 * This includes connections that a proxy opens in advance: until their first request the timeout for headers applies.
 */
function keepAlive(server: Server, keepAliveMs: number): void {
  server.keepAliveTimeout = keepAliveMs;
  server.headersTimeout = keepAliveMs + HEADERS_MARGIN_MS;
}

/** Express would accept any header value as an address; from here on `request.ip` is a valid one. */
function setClientAddress(config: ProxyConfig): RequestHandler {
  const addresses = new ClientAddresses(config);
  return (request: Request, _response: Response, next: NextFunction) => {
    const value = addresses.of(request.socket.remoteAddress, request.headers);
    Object.defineProperty(request, 'ip', { value });
    next();
  };
}

/** The code of JSON-RPC for errors of a server. */
const SERVER_ERROR = -32_000;

/** MCP without sessions: there is neither a stream of the server's own messages (GET) nor a session to end (DELETE). */
function onlyPost({ method }: Request, response: Response, next: NextFunction): void {
  if (method === 'POST') return next();
  const error = { code: SERVER_ERROR, message: 'send POST: this server has no sessions' };
  response.status(405).setHeader('Allow', 'POST').json({ jsonrpc: '2.0', error, id: null });
}

/** Responses depend on the caller and may change at any time; an ETag saves sending them again. */
function revalidated(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Cache-Control', 'private, no-cache');
  response.vary('Authorization');
  next();
}
