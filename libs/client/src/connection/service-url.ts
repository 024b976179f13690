/** The address of a service: at the root of a host, or below a proxy's path prefix. */
export class ServiceUrl {
  private readonly base: URL;

  /** @throws TypeError when `url` is not a valid URL */
  constructor(url: string) {
    this.base = new URL(url);
    if (!this.base.pathname.endsWith('/')) this.base.pathname += '/';
  }

  get origin(): string {
    return this.base.origin;
  }

  /** `path` begins with a slash and is relative to the root of the service. */
  at(path: string): URL {
    return new URL(`.${path}`, this.base);
  }
}
