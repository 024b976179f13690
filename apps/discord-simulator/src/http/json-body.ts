import { parseJson } from '../json/parse-json.js';

interface Request {
  body?: unknown;
  headers: Record<string, unknown>;
}

/** The body parser's marker for invalid JSON, which `isMalformedJson` recognises. */
const MALFORMED = { type: 'entity.parse.failed', status: 400 } as const;

export function isJson({ headers }: Pick<Request, 'headers'>): boolean {
  return /^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(String(headers['content-type'] ?? ''));
}

/** Parses a JSON body that the text parser has read, without loss of 64-bit integers. */
export function jsonBody(request: Request, _response: unknown, next: (error?: unknown) => void): void {
  if (typeof request.body !== 'string' || !isJson(request)) return next();
  try {
    request.body = request.body === '' ? undefined : parseJson(request.body);
    next();
  } catch (error) {
    next(Object.assign(error as Error, MALFORMED));
  }
}
