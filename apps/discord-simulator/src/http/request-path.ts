const VERSION = /^\/api\/v(\d+)(?=[/?]|$)/;
const UNVERSIONED = /^\/api(?=[/?]|$)/;

/** The served API versions, which have the same routes. */
const API_VERSIONS: readonly string[] = ['9', '10'];

interface Response {
  status(code: number): { json(body: object): unknown };
}

/**
 * Rewrites request paths to the form in the routes: `/api/v9` and `/api` become `/api/v10`, and `%40me` (discord-api-types
 * encodes path parameters) becomes `@me`. Other versions are refused.
 */
export function requestPath(request: { url: string }, response: Response, next: () => void): void {
  const [, version] = VERSION.exec(request.url) ?? [];
  if (version !== undefined && !API_VERSIONS.includes(version)) {
    response.status(400).json({ message: 'Invalid API version', code: 50041 });
    return;
  }
  request.url = request.url
    .replace(version === undefined ? UNVERSIONED : VERSION, '/api/v10')
    .replace(/^([^?]*\/)%40me(?=[/?]|$)/, '$1@me');
  next();
}
