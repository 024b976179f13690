import type { ClientToServerEvents } from '@discord-relay/contracts';
import type { Replays } from '../../replay/replays.js';
import type { ConnectionGuard } from './connection-guard.js';
import type { RelaySocket } from './relay-socket.js';
import { parseReplayStart, ReplayDto, ReplaySpeedDto, SeekReplayDto } from './replay-requests.dto.js';
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

const DEFAULT_PAGE = 50;

type Acknowledge<Event extends keyof ClientToServerEvents> = Extract<
  Required<Parameters<ClientToServerEvents[Event]>>[number],
  (answer: never) => void
>;
type AnswerTo<Event extends keyof ClientToServerEvents> = Parameters<Acknowledge<Event>>[0];

/** What a request that succeeds is answered with, without `ok`. */
type ResultOf<Event extends keyof ClientToServerEvents> = Omit<Extract<AnswerTo<Event>, { ok: true }>, 'ok'>;

/** A handler for each request of the live protocol. `body` is not validated yet. Handlers throw AppError. */
export type RequestHandlers = {
  readonly [Event in keyof ClientToServerEvents]: (
    socket: RelaySocket,
    body: unknown,
  ) => Promise<ResultOf<Event>>;
};

/** The requests of the live protocol. */
export const liveRequests = (guard: ConnectionGuard, replays: Replays): RequestHandlers => ({
  ...channelRequests,
  ...guildRequests,
  ...replayRequests(replays),

  async refresh_token(socket, body) {
    const { token } = parseRequest(RefreshTokenDto, body);
    const { expiresAtMs } = await guard.refreshToken(socket, token);
    replays.principalChanged(socket);
    return { expiresAt: new Date(expiresAtMs).toISOString() };
  },
});

const channelRequests = {
  async get_channels({ data: { session } }) {
    return { channels: await session.listChannels() };
  },

  async join_channel({ data: { session } }, body) {
    const { channelId, after, limit } = parseRequest(JoinChannelDto, body);
    return { channelId, ...(await session.join(channelId, { after, limit })) };
  },

  async leave_channel({ data: { session } }, body) {
    const { channelId } = parseRequest(LeaveChannelDto, body);
    await session.leave(channelId);
    return { channelId };
  },

  async get_history({ data: { session } }, body) {
    const { channelId, limit = DEFAULT_PAGE, ...bounds } = parseHistoryRequest(body);
    return { channelId, messages: await session.history(channelId, bounds, limit) };
  },
} satisfies Partial<RequestHandlers>;

const guildRequests = {
  async subscribe_rooms({ data: { session } }, body) {
    const { guildId, after } = parseRequest(SubscribeRoomsDto, body);
    return { guildId, ...(await session.subscribeRooms(guildId, after)) };
  },

  async unsubscribe_rooms({ data: { session } }, body) {
    const { guildId } = parseRequest(UnsubscribeRoomsDto, body);
    await session.unsubscribeRooms(guildId);
    return { guildId };
  },

  async subscribe_queue({ data: { session } }, body) {
    const { guildId } = parseRequest(SubscribeQueueDto, body);
    return { guildId, seq: await session.subscribeQueue(guildId) };
  },

  async unsubscribe_queue({ data: { session } }, body) {
    const { guildId } = parseRequest(SubscribeQueueDto, body);
    await session.unsubscribeQueue(guildId);
    return { guildId };
  },
} satisfies Partial<RequestHandlers>;

const replayRequests = (replays: Replays) =>
  ({
    async replay_start(socket, body) {
      return replays.start(socket, parseReplayStart(body));
    },

    async replay_pause(socket, body) {
      return replays.pause(socket, parseRequest(ReplayDto, body).id);
    },

    async replay_resume(socket, body) {
      return replays.resume(socket, parseRequest(ReplayDto, body).id);
    },

    async replay_seek(socket, body) {
      const { id, at } = parseRequest(SeekReplayDto, body);
      return replays.seek(socket, id, at);
    },

    async replay_speed(socket, body) {
      const { id, ...options } = parseRequest(ReplaySpeedDto, body);
      return replays.set(socket, id, options);
    },

    async replay_stop(socket, body) {
      return replays.stop(socket, parseRequest(ReplayDto, body).id);
    },
  }) satisfies Partial<RequestHandlers>;
