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
import type {
  Ack,
  JoinAck,
  ReplayStatus,
  Snowflake,
  WireChannel,
  WireHistoryMessage,
} from '@discord-relay/contracts';
import { Replays } from '../../replay/replays.js';
import type { RelayServer, RelaySocket } from './relay-socket.js';
import {
  JoinChannelDto,
  LeaveChannelDto,
  parseHistoryRequest,
  parseRequest,
  RefreshTokenDto,
  SubscribeQueueDto,
  SubscribeRoomsDto,
  UnsubscribeRoomsDto,
} from './requests.dto.js';
import { ConnectionGuard } from './connection-guard.js';
import { parseReplayStart, ReplayDto, ReplaySpeedDto, SeekReplayDto } from './replay-requests.dto.js';
import { SocketDrain } from './socket-drain.js';
import { SocketRequestHandler } from './socket-request-handler.js';
import { SocketServer } from './socket-server.js';

const DEFAULT_PAGE = 50;

type ReplayAck = Ack<ReplayStatus>;

/** Handles the requests of the live protocol. */
@WebSocketGateway()
export class MessageFeedGateway
  implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect, BeforeApplicationShutdown
{
  constructor(
    @Inject(SocketServer) private readonly server: SocketServer,
    @Inject(ConnectionGuard) private readonly guard: ConnectionGuard,
    @Inject(SocketRequestHandler) private readonly requests: SocketRequestHandler,
    @Inject(SocketDrain) private readonly drain: SocketDrain,
    @Inject(Replays) private readonly replays: Replays,
  ) {}

  afterInit(server: RelayServer): void {
    this.server.attach(server);
    server.use((socket, next) => void this.guard.authenticate(socket).then(next));
  }

  handleConnection(socket: RelaySocket): void {
    // The session drops the request.
    const { socket: connection } = socket.request;
    if (this.guard.openSession(socket)) this.server.unauthenticated.authenticated(connection);
    this.server.sendSource(socket);
  }

  handleDisconnect(socket: RelaySocket, reason: string): void {
    this.replays.close(socket);
    this.guard.closeSession(socket, reason);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.server.stopAccepting();
    this.guard.stopAccepting();
    this.replays.stopAll();
    await this.drain.run();
    this.server.disconnectAll();
  }

  @SubscribeMessage('get_channels')
  getChannels(@ConnectedSocket() socket: RelaySocket): Promise<Ack<{ channels: WireChannel[] }>> {
    return this.requests.handle(socket, 'get_channels', async ({ session }) => ({
      channels: await session.listChannels(),
    }));
  }

  @SubscribeMessage('join_channel')
  joinChannel(@ConnectedSocket() socket: RelaySocket, @MessageBody() body: unknown): Promise<JoinAck> {
    return this.requests.handle(socket, 'join_channel', async ({ session }) => {
      const { channelId, after, limit } = parseRequest(JoinChannelDto, body);
      return { channelId, ...(await session.join(channelId, { after, limit })) };
    });
  }

  @SubscribeMessage('leave_channel')
  leaveChannel(
    @ConnectedSocket() socket: RelaySocket,
    @MessageBody() body: unknown,
  ): Promise<Ack<{ channelId: Snowflake }>> {
    return this.requests.handle(socket, 'leave_channel', async ({ session }) => {
      const { channelId } = parseRequest(LeaveChannelDto, body);
      await session.leave(channelId);
      return { channelId };
    });
  }

  @SubscribeMessage('get_history')
  getHistory(
    @ConnectedSocket() socket: RelaySocket,
    @MessageBody() body: unknown,
  ): Promise<Ack<{ channelId: Snowflake; messages: WireHistoryMessage[] }>> {
    return this.requests.handle(socket, 'get_history', async ({ session }) => {
      const { channelId, limit = DEFAULT_PAGE, ...bounds } = parseHistoryRequest(body);
      return { channelId, messages: await session.history(channelId, bounds, limit) };
    });
  }

  @SubscribeMessage('subscribe_rooms')
  subscribeRooms(
    @ConnectedSocket() socket: RelaySocket,
    @MessageBody() body: unknown,
  ): Promise<Ack<{ guildId: Snowflake; seq: number; resumed: boolean }>> {
    return this.requests.handle(socket, 'subscribe_rooms', async ({ session }) => {
      const { guildId, after } = parseRequest(SubscribeRoomsDto, body);
      return { guildId, ...(await session.subscribeRooms(guildId, after)) };
    });
  }

  @SubscribeMessage('unsubscribe_rooms')
  unsubscribeRooms(
    @ConnectedSocket() socket: RelaySocket,
    @MessageBody() body: unknown,
  ): Promise<Ack<{ guildId: Snowflake }>> {
    return this.requests.handle(socket, 'unsubscribe_rooms', async ({ session }) => {
      const { guildId } = parseRequest(UnsubscribeRoomsDto, body);
      await session.unsubscribeRooms(guildId);
      return { guildId };
    });
  }

  @SubscribeMessage('subscribe_queue')
  subscribeQueue(
    @ConnectedSocket() socket: RelaySocket,
    @MessageBody() body: unknown,
  ): Promise<Ack<{ guildId: Snowflake; seq: number }>> {
    return this.requests.handle(socket, 'subscribe_queue', async ({ session }) => {
      const { guildId } = parseRequest(SubscribeQueueDto, body);
      return { guildId, seq: await session.subscribeQueue(guildId) };
    });
  }

  @SubscribeMessage('unsubscribe_queue')
  unsubscribeQueue(
    @ConnectedSocket() socket: RelaySocket,
    @MessageBody() body: unknown,
  ): Promise<Ack<{ guildId: Snowflake }>> {
    return this.requests.handle(socket, 'unsubscribe_queue', async ({ session }) => {
      const { guildId } = parseRequest(SubscribeQueueDto, body);
      await session.unsubscribeQueue(guildId);
      return { guildId };
    });
  }

  @SubscribeMessage('replay_start')
  startReplay(@ConnectedSocket() socket: RelaySocket, @MessageBody() body: unknown): Promise<ReplayAck> {
    return this.requests.handle(socket, 'replay_start', () =>
      this.replays.start(socket, parseReplayStart(body)),
    );
  }

  @SubscribeMessage('replay_pause')
  pauseReplay(@ConnectedSocket() socket: RelaySocket, @MessageBody() body: unknown): Promise<ReplayAck> {
    return this.requests.handle(socket, 'replay_pause', async () =>
      this.replays.pause(socket, parseRequest(ReplayDto, body).id),
    );
  }

  @SubscribeMessage('replay_resume')
  resumeReplay(@ConnectedSocket() socket: RelaySocket, @MessageBody() body: unknown): Promise<ReplayAck> {
    return this.requests.handle(socket, 'replay_resume', async () =>
      this.replays.resume(socket, parseRequest(ReplayDto, body).id),
    );
  }

  @SubscribeMessage('replay_seek')
  seekReplay(@ConnectedSocket() socket: RelaySocket, @MessageBody() body: unknown): Promise<ReplayAck> {
    return this.requests.handle(socket, 'replay_seek', async () => {
      const { id, at } = parseRequest(SeekReplayDto, body);
      return this.replays.seek(socket, id, at);
    });
  }

  @SubscribeMessage('replay_speed')
  setReplaySpeed(@ConnectedSocket() socket: RelaySocket, @MessageBody() body: unknown): Promise<ReplayAck> {
    return this.requests.handle(socket, 'replay_speed', async () => {
      const { id, ...options } = parseRequest(ReplaySpeedDto, body);
      return this.replays.set(socket, id, options);
    });
  }

  @SubscribeMessage('replay_stop')
  stopReplay(@ConnectedSocket() socket: RelaySocket, @MessageBody() body: unknown): Promise<ReplayAck> {
    return this.requests.handle(socket, 'replay_stop', async () =>
      this.replays.stop(socket, parseRequest(ReplayDto, body).id),
    );
  }

  @SubscribeMessage('refresh_token')
  refreshToken(
    @ConnectedSocket() socket: RelaySocket,
    @MessageBody() body: unknown,
  ): Promise<Ack<{ expiresAt: string }>> {
    return this.requests.handle(socket, 'refresh_token', async () => {
      const { token } = parseRequest(RefreshTokenDto, body);
      const { expiresAtMs } = await this.guard.refreshToken(socket, token);
      this.replays.principalChanged(socket);
      return { expiresAt: new Date(expiresAtMs).toISOString() };
    });
  }
}
