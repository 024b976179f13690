import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Principal } from '../../access/principal.js';
import { requestIdOf } from './request-log.js';
import type { AuditLog } from '../../auth/audit/audit-log.js';

const REFUSED = new Set([401, 403]);

/** Records every HTTP request that was refused because of the caller's token or rights. */
export const auditRefusals =
  (audit: AuditLog): RequestHandler =>
  (request: Request & { principal?: Principal }, response: Response, next: NextFunction) => {
    response.on('finish', () => {
      if (!REFUSED.has(response.statusCode)) return;
      const { method, principal, ip: address } = request;
      const path = String((request.route as { path?: unknown } | undefined)?.path ?? 'other');
      const { code } = response.locals;
      const requestId = requestIdOf(response);
      const record = { action: 'access.refused', address, target: `${method} ${path}`, code, requestId };
      audit.record({ ...record, ...(principal && { actor: principal.id }) });
    });
    next();
  };
