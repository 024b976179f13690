/**
 * The built page, adapted to the path of the request: URLs that begin with `./` point to the root of the service. They stay
 * relative, so they work below any path prefix that a proxy strips.
 */
export function withRelativeRoot(html: string, path: string): string {
  const depth = path.split('/').length - 2;
  return depth <= 0 ? html : html.replaceAll('="./', `="${'../'.repeat(depth)}`);
}
