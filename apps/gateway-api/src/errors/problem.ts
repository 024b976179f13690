import { HttpException } from '@nestjs/common';
import { AppError, type ErrorCode, type Problem } from '@discord-relay/contracts';
import { shorten } from '@discord-relay/platform';

/** Maximum length of the detail: it repeats parts of the request, which may have many faults. */
export const MAX_DETAIL_CHARS = 500;

const STATUS_OF: Partial<Record<ErrorCode, number>> = {
  'AUTH.TOKEN_MISSING': 401,
  'AUTH.TOKEN_INVALID': 401,
  'AUTH.TOKEN_EXPIRED': 401,
  'AUTH.TOKEN_NOT_YET_VALID': 401,
  'AUTH.TOKEN_REVOKED': 401,
  'AUTH.SESSION_ENDED': 401,
  'AUTH.LOGIN_FAILED': 403,
  'AUTH.FORBIDDEN': 403,
  'REQUEST.INVALID': 400,
  'REQUEST.NOT_FOUND': 404,
  'REQUEST.METHOD_NOT_ALLOWED': 405,
  'REQUEST.TOO_LARGE': 413,
  'REQUEST.TOO_SLOW': 408,
  'REQUEST.RATE_LIMITED': 429,
  'CHANNEL.NOT_FOUND': 404,
  'CHANNEL.HISTORY_FORBIDDEN': 403,
  'MESSAGE.NOT_FOUND': 404,
  'ATTACHMENT.NOT_FOUND': 404,
  'MEDIA.UNAVAILABLE': 503,
  'SEARCH.TOO_BROAD': 422,
  'GUILD.NOT_FOUND': 404,
  'EXPORT.NOT_CONFIGURED': 404,
  'EXPORT.NOT_FOUND': 404,
  'EXPORT.TOO_MANY': 429,
  'EXPORT.STORAGE_FULL': 507,
  'EXPORT.NOT_READY': 409,
  'EXPORT.NOT_RETRYABLE': 409,
  'EXPORT.GONE': 410,
  'EXPORT.ACCESS_LOST': 403,
  'WEBHOOK.NOT_CONFIGURED': 404,
  'WEBHOOK.NOT_FOUND': 404,
  'WEBHOOK.TOO_MANY': 409,
  'WEBHOOK.TARGET_REFUSED': 400,
  'WEBHOOK.EVENT_GONE': 410,
  'EVENTS.NOT_KEPT': 410,
  'SOCKET.TOO_MANY_CONNECTIONS': 429,
  'SOCKET.WEBSOCKET_ONLY': 426,
  'SERVICE.UNAVAILABLE': 503,
};

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  422: 'Unprocessable Content',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
  507: 'Insufficient Storage',
};

/** The error response for a failure; an unexpected one reveals no details. */
export function toProblem(failure: unknown, requestId: string): Problem {
  const error = toAppError(failure);
  const status = STATUS_OF[error.code] ?? 500;
  return {
    type: 'about:blank',
    title: TITLES[status] ?? 'Internal Server Error',
    status,
    detail: error.message,
    code: error.code,
    retryable: error.retryable,
    requestId,
  };
}

function toAppError(failure: unknown): AppError {
  if (failure instanceof AppError) return failure;
  const cause = failure;
  switch (statusOf(failure)) {
    case 404:
      return new AppError('REQUEST.NOT_FOUND', 'no such resource', { cause });
    case 413:
      return new AppError('REQUEST.TOO_LARGE', undefined, { cause });
    case undefined:
      return new AppError('SERVICE.INTERNAL', undefined, { cause });
    default:
      return new AppError('REQUEST.INVALID', detailOf(failure), { cause });
  }
}

/** The 4xx status that Nest or the body parser gave the failure. */
function statusOf(failure: unknown): number | undefined {
  const status =
    failure instanceof HttpException ? failure.getStatus() : (failure as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

/** Validation errors are safe to show; other messages, for example of parsers, may quote the input. */
function detailOf(failure: unknown): string | undefined {
  const response = failure instanceof HttpException ? failure.getResponse() : undefined;
  const messages = (response as { message?: unknown } | undefined)?.message;
  return Array.isArray(messages) ? shorten(messages.join('; '), MAX_DETAIL_CHARS) : undefined;
}
