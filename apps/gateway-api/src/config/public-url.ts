/** Whether the value is an origin, optionally followed by a path without a trailing slash. */
export function isPublicUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { origin, pathname } = new URL(value);
  return value === origin || (value === origin + pathname && !pathname.endsWith('/'));
}

export const originOf = (publicUrl: string): string => new URL(publicUrl).origin;

/** The path prefix that a proxy in front strips; '' if the service is at the root of its host. */
export const prefixOf = (publicUrl: string | undefined): string =>
  publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
