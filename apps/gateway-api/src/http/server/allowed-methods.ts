import type { Request } from 'express';

/** The methods of the endpoints at the path of a request, for `Allow`; empty: there is no endpoint. */
export function allowedMethods({ app, path }: Pick<Request, 'app' | 'path'>): string[] {
  const methods = new Set<string>();
  for (const { route } of app.router.stack) {
    if (!route || !matches(route.path, path)) continue;
    for (const { method } of route.stack) methods.add(method.toUpperCase());
  }
  // Express answers HEAD with the endpoint of GET.
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

/** @param pattern in which a segment that begins with a colon matches any segment; wildcards match nothing */
function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.replace(/\/$/, '').split('/')];
  return (
    wanted.length === given.length && wanted.every((part, i) => part.startsWith(':') || part === given[i])
  );
}
