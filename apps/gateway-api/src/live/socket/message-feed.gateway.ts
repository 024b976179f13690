import { type BeforeApplicationShutdown, Inject } from '@nestjs/common';
import { type OnGatewayConnection, type OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import { Replays } from '../../replay/replays.js';
import { ConnectionGuard } from './connection-guard.js';
import type { RelayServer, RelaySocket } from './relay-socket.js';
import { RequestDispatcher } from './request-dispatcher.js';
import { SocketDrain } from './socket-drain.js';
import { SocketServer } from './socket-server.js';

/** Opens and closes the sessions of sockets. */
@WebSocketGateway()
export class MessageFeedGateway implements OnGatewayInit, OnGatewayConnection, BeforeApplicationShutdown {
  /** One function for all sockets: Socket.IO calls it with the socket as `this`. */
  private readonly onDisconnect: (this: RelaySocket, reason: string) => void;

  constructor(
    @Inject(SocketServer) private readonly server: SocketServer,
    @Inject(ConnectionGuard) private readonly guard: ConnectionGuard,
    @Inject(RequestDispatcher) private readonly requests: RequestDispatcher,
    @Inject(SocketDrain) private readonly drain: SocketDrain,
    @Inject(Replays) private readonly replays: Replays,
  ) {
    const close = this.close.bind(this);
    this.onDisconnect = function (reason) {
      close(this, reason);
    };
  }

  afterInit(server: RelayServer): void {
    this.server.attach(server);
    server.use((socket, next) => void this.guard.authenticate(socket).then(next));
  }

  handleConnection(socket: RelaySocket): void {
    socket.on('disconnect', this.onDisconnect);
    // The session drops the request.
    const { socket: connection } = socket.request;
    if (this.guard.openSession(socket)) this.server.unauthenticated.remove(connection);
    this.requests.listen(socket);
    this.server.sendSource(socket);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.server.stopAccepting();
    this.guard.stopAccepting();
    this.replays.stopAll();
    await this.drain.run();
    this.server.disconnectAll();
  }

  private close(socket: RelaySocket, reason: string): void {
    this.replays.close(socket);
    this.guard.closeSession(socket, reason);
  }
}
