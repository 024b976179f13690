import { type BeforeApplicationShutdown, Inject } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { Ack, JoinAck, Snowflake, WireChannel } from '@discord-relay/contracts';
import type { RelayServer, RelaySocket } from './relay-socket.js';
import { JoinChannelDto, LeaveChannelDto, parseRequest } from './requests.dto.js';
import { SocketDoor } from './socket-door.js';
import { SocketRequests } from './socket-requests.js';
import { SocketServer } from './socket-server.js';

/** The live protocol: what clients may send, and what each request means. */
@WebSocketGateway()
export class MessageFeedGateway
  implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect, BeforeApplicationShutdown
{
  constructor(
    @Inject(SocketServer) private readonly server: SocketServer,
    @Inject(SocketDoor) private readonly door: SocketDoor,
    @Inject(SocketRequests) private readonly requests: SocketRequests,
  ) {}

  afterInit(server: RelayServer): void {
    this.server.attach(server);
    server.use((socket, next) => void this.door.admit(socket).then(next));
  }

  handleConnection(socket: RelaySocket): void {
    this.door.open(socket);
  }

  handleDisconnect(socket: RelaySocket, reason: string): void {
    this.door.close(socket, reason);
  }

  beforeApplicationShutdown(): void {
    this.door.shut();
    this.server.disconnectAll();
  }

  @SubscribeMessage('get_channels')
  getChannels(@ConnectedSocket() socket: RelaySocket): Promise<Ack<{ channels: WireChannel[] }>> {
    return this.requests.answer(socket, 'get_channels', async ({ session }) => ({
      channels: await session.listChannels(),
    }));
  }

  @SubscribeMessage('join_channel')
  joinChannel(@ConnectedSocket() socket: RelaySocket, @MessageBody() body: unknown): Promise<JoinAck> {
    return this.requests.answer(socket, 'join_channel', async ({ session }) => {
      const { channelId, after, limit } = parseRequest(JoinChannelDto, body);
      return { channelId, ...(await session.join(channelId, { after, limit })) };
    });
  }

  @SubscribeMessage('leave_channel')
  leaveChannel(
    @ConnectedSocket() socket: RelaySocket,
    @MessageBody() body: unknown,
  ): Promise<Ack<{ channelId: Snowflake }>> {
    return this.requests.answer(socket, 'leave_channel', async ({ session }) => {
      const { channelId } = parseRequest(LeaveChannelDto, body);
      await session.leave(channelId);
      return { channelId };
    });
  }
}
