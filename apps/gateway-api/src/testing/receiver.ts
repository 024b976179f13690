import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@discord-relay/local-stack';

export interface Posted {
  id: string;
  path: string;
  headers: Record<string, string>;
  /** The body as it was received. */
  text: string;
  body: { type: string; timestamp: string; data: Record<string, unknown> };
}

/** The response: a status, or the result of the function. */
type Answering = (posted: Posted, response: ServerResponse) => number | Promise<number>;

/** A webhook receiver that records its requests. */
export class Receiver {
  readonly posted: Posted[] = [];
  answering: Answering = () => 204;

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => void this.receive(request, response));
  }

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(path = '/hook'): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  ids(path = '/hook'): string[] {
    return this.posted.filter((each) => each.path === path).map(({ id }) => id);
  }

  waitFor(count: number, path = '/hook'): Promise<Posted[]> {
    return until(`${count} deliveries`, 20_000, () => {
      const found = this.posted.filter((each) => each.path === path);
      return found.length >= count ? found : undefined;
    });
  }

  /** Closes every connection, as a proxy in front of it may at any time. */
  hangUp(): void {
    this.server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const headers = request.headers as Record<string, string>;
    const id = headers['webhook-id'] ?? '';
    const posted = { id, path: request.url ?? '', headers, text, body: JSON.parse(text) as Posted['body'] };
    this.posted.push(posted);
    response.statusCode = await this.answering(posted, response);
    response.end();
  }
}
