/**
 * The page as it is built, for the path at which it was asked for: addresses that begin with `./` lead to the root of the
 * service. They stay relative, so that they are right below any path prefix that a proxy takes away.
 */
export function withRelativeRoot(html: string, path: string): string {
  const depth = path.split('/').length - 2;
  return depth <= 0 ? html : html.replaceAll('="./', `="${'../'.repeat(depth)}`);
}
