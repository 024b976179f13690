import { LoopbackServer } from './loopback-server.js';

/** A real nginx or HAProxy in front of services, on the loopback interface. */
export class ReverseProxy {
  private constructor(private readonly server: LoopbackServer) {}

  /** `http` returns the contents of a file in `conf.d`, given the port; the rest are the settings of Debian's package. */
  static async nginx(binary: string, http: (port: number) => string): Promise<ReverseProxy> {
    const server = await LoopbackServer.start({
      name: 'nginx',
      binary,
      args: (file, dir) => ['-c', file, '-p', dir, '-e', 'stderr', '-g', 'daemon off;'],
      config: (port, dir) => nginxConfig(http(port), dir),
    });
    return new ReverseProxy(server);
  }

  /** `sections` returns frontends and backends, given the port; the rest are the default settings of Debian's package. */
  static async haproxy(binary: string, sections: (port: number) => string): Promise<ReverseProxy> {
    const server = await LoopbackServer.start({
      name: 'haproxy',
      binary,
      args: (file) => ['-db', '-f', file],
      config: (port) => `${HAPROXY_DEFAULTS}\n${sections(port)}\n`,
    });
    return new ReverseProxy(server);
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

const HAPROXY_DEFAULTS = `
defaults
  mode http
  timeout connect 5000
  timeout client 50000
  timeout server 50000
`;

/** Like the configuration of Debian's package, except for the location of files, because nginx runs without privileges here. */
function nginxConfig(http: string, dir: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
worker_processes auto;
pid ${dir}/nginx.pid;
events { worker_connections 768; }
http {
  sendfile on;
  tcp_nopush on;
  gzip on;
  access_log off;
  default_type application/octet-stream;
${temporary.map((kind) => `  ${kind}_temp_path ${dir}/${kind};`).join('\n')}
${http}
}
`;
}
