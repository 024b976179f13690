import { ServiceUrl } from '@discord-relay/client';

/** The service writes the relative path to its root into the page, depending on the requested path. */
const written = document.querySelector<HTMLMetaElement>('meta[name="relay-root"]')?.content ?? '/';

/** The address of the service: the root of its host, or a path prefix of a proxy. It does not change while the page is open. */
export const serviceRoot: URL = new URL(written, window.location.href);

const service = new ServiceUrl(serviceRoot.href);

/** The address of an endpoint; `path` begins with a slash. */
export const serviceAddress = (path: string): string => service.at(path).href;

/** The path prefix of all addresses of the page; '' at the root. */
export const pathPrefix: string = serviceRoot.pathname.replace(/\/$/, '');
