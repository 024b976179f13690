import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Socket as ServerSocket } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { loadGatewayApiConfig } from '../../config.js';
import { SocketAdapter } from './socket.adapter.js';

@WebSocketGateway()
class Echo {
  readonly received: unknown[] = [];
  readonly sockets: ServerSocket[] = [];

  handleConnection(socket: ServerSocket): void {
    this.sockets.push(socket);
  }

  @SubscribeMessage('echo')
  async echo(@MessageBody() body: unknown): Promise<unknown> {
    this.received.push(body);
    return { body };
  }

  @SubscribeMessage('fail')
  async fail(): Promise<never> {
    throw new Error('on purpose');
  }
}

@Module({ providers: [Echo] })
class EchoModule {}

const config = loadGatewayApiConfig({
  NATS_URL: 'nats://127.0.0.1:4222',
  DATABASE_URL: 'postgres://127.0.0.1/none',
  JWT_SECRET: 'a secret for this test, long enough',
});

describe('SocketAdapter', () => {
  let app: INestApplication;
  let client: Socket;
  let gateway: Echo;

  beforeAll(async () => {
    app = await NestFactory.create(EchoModule, { logger: false });
    app.useWebSocketAdapter(new SocketAdapter(app, config));
    await app.listen(0, '127.0.0.1');
    gateway = app.get(Echo);
    const { port } = app.getHttpServer().address() as AddressInfo;
    client = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] });
    await once(client as never, 'connect');
  });

  afterAll(async () => {
    client.disconnect();
    await app.close();
  });

  const request = (event: string, ...args: unknown[]): Promise<unknown> =>
    client.timeout(10_000).emitWithAck(event, ...args);

  it('SocketAdapter passes a request to the handler of its name and acknowledges with the result', async () => {
    expect(await request('echo', { n: 1 })).toEqual({ body: { n: 1 } });
    expect(await request('echo')).toEqual({});
  });

  it('SocketAdapter executes requests without an acknowledgement', async () => {
    client.emit('echo', { n: 2 });
    client.emit('echo', [3, 4]);
    await request('echo', 'last');
    expect(gateway.received.slice(-3)).toEqual([{ n: 2 }, [3, 4], 'last']);
  });

  it('SocketAdapter continues after a failing handler and an unknown event', async () => {
    client.emit('fail');
    client.emit('unknown_event', 5);
    expect(await request('echo', 6)).toEqual({ body: 6 });
  });

  it('SocketAdapter rejects an unknown event, in the acknowledgement and as an error that names it', async () => {
    const reported = once(client as never, 'error');
    const error = {
      code: 'REQUEST.INVALID',
      message: 'unknown request',
      retryable: false,
      event: 'unknown_event',
    };
    expect(await request('unknown_event', { n: 1 })).toEqual({ ok: false, error });
    expect(await reported).toEqual([error]);
    expect(await request('unknown_event')).toEqual({ ok: false, error });
  });

  it('SocketAdapter keeps one listener per socket, for any number of events', () => {
    const [socket] = gateway.sockets;
    expect(socket!.listenersAny()).toHaveLength(1);
    expect(socket!.eventNames().sort()).toEqual(['disconnect', 'error']);
  });
});
