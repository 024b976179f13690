import { ServiceUrl } from '@discord-relay/client';

/** The service writes the way to its root into the page, for the path at which the page was asked for. */
const written = document.querySelector<HTMLMetaElement>('meta[name="relay-root"]')?.content ?? '/';

/** Where the service is: at the root of its host, or below a path prefix of a proxy. Fixed while the page lives. */
export const serviceRoot: URL = new URL(written, window.location.href);

const service = new ServiceUrl(serviceRoot.href);

/** The address of an endpoint; `path` begins with a slash. */
export const serviceAddress = (path: string): string => service.at(path).href;

/** The path prefix of all addresses of the page; '' at the root. */
export const pathPrefix: string = serviceRoot.pathname.replace(/\/$/, '');
