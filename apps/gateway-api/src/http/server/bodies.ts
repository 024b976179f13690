import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { AppError } from '@discord-relay/contracts';
import type { GatewayApiConfig } from '../../config.js';

const BODY_LIMIT_BYTES = 65_536;

/** Reads request bodies: JSON within a time limit, a size limit and a nesting limit. */
export function readBodies(
  app: NestExpressApplication,
  { HTTP_BODY_TIMEOUT_MS }: Pick<GatewayApiConfig, 'HTTP_BODY_TIMEOUT_MS'>,
): void {
  app.use(limitTime(HTTP_BODY_TIMEOUT_MS));
  app.useBodyParser('json', { limit: BODY_LIMIT_BYTES });
  app.use(refuseDeep);
}

/**
 * Refuses a body that arrives too slowly and closes the connection, because the rest of the body would still arrive on
 * it.
 */
function limitTime(timeoutMs: number): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    if (!hasBody(request)) return next();
    const timer = setTimeout(() => {
      response.setHeader('Connection', 'close');
      next(new AppError('REQUEST.TOO_SLOW'));
      response.once('finish', () => request.destroy());
    }, timeoutMs);
    const stop = () => clearTimeout(timer);
    request.once('end', stop).once('close', stop);
    next();
  };
}

const hasBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function refuseDeep(request: Request, _response: Response, next: NextFunction): void {
  next(
    isTooDeep(request.body) ? new AppError('REQUEST.INVALID', 'the body is nested too deeply') : undefined,
  );
}

/** Our requests need a depth of two. Parsers and validators recurse, and deep nesting would exhaust their stack. */
const MAX_DEPTH = 32;

/** Whether a parsed value is nested more deeply than a request may be. Does not recurse. */
export function isTooDeep(value: unknown, maxDepth = MAX_DEPTH): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}
