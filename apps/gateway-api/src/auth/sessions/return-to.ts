/** Any origin will do: what leads away from it leads away from ours. */
const BASE = 'http://relay.invalid';

/**
 * The path of the page to go back to after a log-in; the page's first path for everything that is no path of our own.
 * @param prefix path prefix at which browsers know the page; '' at the root
 */
export function safeReturnTo(returnTo: unknown, prefix = ''): string {
  const home = `${prefix}/`;
  if (typeof returnTo !== 'string' || returnTo.length > 500 || !returnTo.startsWith('/')) return home;
  if (!URL.canParse(returnTo, BASE)) return home;
  const { origin, pathname, search, hash } = new URL(returnTo, BASE);
  // A path that begins with two slashes is another host to a browser.
  const isOurs = origin === BASE && pathname.startsWith(home) && !pathname.startsWith('//');
  return isOurs ? `${pathname}${search}${hash}` : home;
}
