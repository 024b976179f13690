import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGzip } from 'node:zlib';

const BUFFER_BYTES = 8_192;

/**
 * A proxy that behaves like common ones: it buffers a response until the buffer is full or the response ends, and compresses
 * it, unless the response forbids both; and it closes a response that is silent for a while.
 */
export class BufferingProxy {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async to(target: string, idleMs: number): Promise<BufferingProxy> {
    const server = createServer((incoming, outgoing) => forward(target, idleMs, incoming, outgoing));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return new BufferingProxy(server, `http://127.0.0.1:${port}`);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function forward(target: string, idleMs: number, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, headers } = incoming;
  const upstream = request(new URL(incoming.url!, target), { method, headers, agent: false }, (answer) => {
    answer.setTimeout(idleMs, () => answer.destroy());
    answer.on('error', () => outgoing.destroy());
    respond(answer, outgoing);
  });
  upstream.on('error', () => outgoing.destroy());
  outgoing.on('close', () => upstream.destroy());
  upstream.end();
}

function respond(answer: IncomingMessage, outgoing: ServerResponse): void {
  const { headers } = answer;
  const compress = !/no-transform/.test(headers['cache-control'] ?? '');
  outgoing.writeHead(answer.statusCode!, {
    ...headers,
    connection: 'keep-alive',
    ...(compress && { 'content-encoding': 'gzip' }),
  });
  const body = compress ? createGzip() : outgoing;
  if (compress) (body as ReturnType<typeof createGzip>).pipe(outgoing);
  let kept: Buffer[] = [];
  const flush = () => {
    for (const chunk of kept) body.write(chunk);
    kept = [];
  };
  answer.on('data', (chunk: Buffer) => {
    kept.push(chunk);
    const full = kept.reduce((bytes, { length }) => bytes + length, 0) >= BUFFER_BYTES;
    if (full || headers['x-accel-buffering'] === 'no') flush();
  });
  answer.on('end', () => {
    flush();
    body.end();
  });
}
