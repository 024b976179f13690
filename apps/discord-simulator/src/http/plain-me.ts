/** discord-api-types percent-encodes what it puts into routes, also the `@` of `@me`; the router compares literally. */
export function plainMe(request: { url: string }, _response: unknown, next: () => void): void {
  request.url = request.url.replace(/^([^?]*\/)%40me(?=[/?]|$)/, '$1@me');
  next();
}
