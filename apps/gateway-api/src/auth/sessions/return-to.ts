/** Any origin will do: what leads away from it leads away from ours. */
const BASE = 'http://relay.invalid';

/** The path of the page to go back to after a log-in; `/` for everything that is no path of our own. */
export function safeReturnTo(returnTo: unknown): string {
  if (typeof returnTo !== 'string' || returnTo.length > 500 || !returnTo.startsWith('/')) return '/';
  if (!URL.canParse(returnTo, BASE)) return '/';
  const { origin, pathname, search, hash } = new URL(returnTo, BASE);
  // A path that begins with two slashes is another host to a browser.
  return origin === BASE && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : '/';
}
