import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WebSocketGateway } from '@nestjs/websockets';
import type { Socket as ServerSocket } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { loadGatewayApiConfig } from '../../config.js';
import { SocketAdapter } from './socket.adapter.js';

@WebSocketGateway()
class Doorkeeper {
  readonly sockets: ServerSocket[] = [];

  handleConnection(socket: ServerSocket): void {
    this.sockets.push(socket);
  }
}

@Module({ providers: [Doorkeeper] })
class DoorModule {}

const config = loadGatewayApiConfig({
  NATS_URL: 'nats://127.0.0.1:4222',
  DATABASE_URL: 'postgres://127.0.0.1/none',
  JWT_SECRET: 'a secret for this test, long enough',
});

describe('SocketAdapter', () => {
  let app: INestApplication;
  let client: Socket;
  let gateway: Doorkeeper;

  beforeAll(async () => {
    app = await NestFactory.create(DoorModule, { logger: false });
    app.useWebSocketAdapter(new SocketAdapter(app, config));
    await app.listen(0, '127.0.0.1');
    gateway = app.get(Doorkeeper);
    const { port } = app.getHttpServer().address() as AddressInfo;
    client = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] });
    await once(client as never, 'connect');
  });

  afterAll(async () => {
    client.disconnect();
    await app.close();
  });

  it('SocketAdapter adds no listener to a socket', () => {
    const [socket] = gateway.sockets;
    expect([socket!.listeners('disconnect'), socket!.listenersAny()]).toEqual([[], []]);
  });
});
