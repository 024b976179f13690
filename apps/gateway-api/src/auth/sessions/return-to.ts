/** Any origin works: a URL that leaves this origin would leave ours. */
const BASE = 'http://relay.invalid';

/**
 * The path of the page to return to after a log-in; the page's root unless the value is a path of our own.
 * @param prefix path prefix of the page as browsers see it; '' at the root
 */
export function safeReturnTo(returnTo: unknown, prefix = ''): string {
  const home = `${prefix}/`;
  if (typeof returnTo !== 'string' || returnTo.length > 500 || !returnTo.startsWith('/')) return home;
  if (!URL.canParse(returnTo, BASE)) return home;
  const { origin, pathname, search, hash } = new URL(returnTo, BASE);
  // Browsers take a path that begins with two slashes for another host.
  const isOurs = origin === BASE && pathname.startsWith(home) && !pathname.startsWith('//');
  return isOurs ? `${pathname}${search}${hash}` : home;
}
