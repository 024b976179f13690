/** Where a service is: at the root of a host, or below a path prefix of a proxy. */
export class ServiceUrl {
  private readonly base: URL;

  /** @throws TypeError when `url` is no address */
  constructor(url: string) {
    this.base = new URL(url);
    if (!this.base.pathname.endsWith('/')) this.base.pathname += '/';
  }

  get origin(): string {
    return this.base.origin;
  }

  /** `path` begins with a slash and is that of a service at the root of its host. */
  at(path: string): URL {
    return new URL(`.${path}`, this.base);
  }
}
