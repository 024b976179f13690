import type {
  Ack,
  ChannelUpdateBody,
  MessageBody,
  MessagesBulk,
  MessageUpdateBody,
  Positioned,
  Replayable,
  ReplayChannels,
  ReplayEnded,
  ReplayGap,
  ReplaySkipped,
  ReplayStartRequest,
  ReplayStatus,
  RoomCreatedBody,
  RoomDeletedBody,
  RoomsList,
  VoiceJoinedBody,
  WireChannel,
  WireMessageDelete,
  WireVoiceLeft,
} from '@discord-relay/contracts/wire';
import type { Connection } from '../connection/connection.js';
import { Emitter } from '../emitter.js';
import type { ReactionEvent } from '../feeds/channel-feed.js';
import { RelayError } from '../relay-error.js';
import { ReplayPosition } from './replay-position.js';

/** `snapshot` to `reaction` are those of a channel's feed: the same code can show both. */
export interface ReplayEvents {
  /** Replace everything known about the channel with this: after the start and after every seek. */
  snapshot: (bulk: Replayable<MessagesBulk>) => void;
  message: (event: Replayable<MessageBody & Positioned>) => void;
  update: (event: Replayable<MessageUpdateBody & Positioned>) => void;
  delete: (event: Replayable<WireMessageDelete & Positioned>) => void;
  reaction: (event: Replayable<ReactionEvent>) => void;
  /** The channels as they were, before every snapshot: the one of the replay, or all of its guild. */
  channels: (channels: WireChannel[]) => void;
  /** A channel or thread was created, changed or deleted. Only for analysts and admins, as are the next ones. */
  channel: (update: Replayable<ChannelUpdateBody & Positioned>) => void;
  rooms: (rooms: Replayable<RoomsList>) => void;
  roomCreated: (event: Replayable<RoomCreatedBody & Positioned>) => void;
  roomDeleted: (event: Replayable<RoomDeletedBody & Positioned>) => void;
  joined: (event: Replayable<VoiceJoinedBody & Positioned>) => void;
  left: (event: Replayable<WireVoiceLeft & Positioned>) => void;
  /** A time of the range in which events were not received. Before everything else. */
  gap: (gap: ReplayGap) => void;
  /** A time without events was skipped. */
  skipped: (skipped: ReplaySkipped) => void;
  /** After every request, and when it ends. */
  status: (status: ReplayStatus) => void;
  /** Nothing follows. `start()` begins again. */
  ended: (ended: Omit<ReplayEnded, 'error'>, error?: RelayError) => void;
}

/** A time in ISO 8601 or relative to now (`now-2h`), or a date. */
export type ReplayTime = string | Date;

export type ReplayOptions = Omit<ReplayStartRequest, 'from' | 'to' | 'channelId' | 'guildId'> & {
  from: ReplayTime;
  /** Default: now. */
  to?: ReplayTime;
} & ({ channelId: string } | { guildId: string });

const textOf = (time: ReplayTime): string => (typeof time === 'string' ? time : time.toISOString());

type Answer = Ack<ReplayStatus>;

/** The past of a channel or a guild, played like the present. Created by `replay()`; `start()` begins. */
export class Replay extends Emitter<ReplayEvents> {
  private current: ReplayStatus | undefined;
  private readonly position = new ReplayPosition();

  /** @internal */
  constructor(
    private readonly options: ReplayOptions,
    private readonly connection: Connection,
    /** The started replays by id. */
    private readonly started: Map<string, Replay>,
  ) {
    super();
  }

  /** As of the last answer; undefined before `start()` and after the end. */
  get status(): ReplayStatus | undefined {
    return this.current;
  }

  /** The time that the replay shows now, milliseconds since the Unix epoch; undefined before `start()`. */
  get atMs(): number | undefined {
    return this.position.at(performance.now());
  }

  /** Resolves when the replay has begun: the gaps of the range, a snapshot and events follow. @throws RelayError */
  async start(): Promise<ReplayStatus> {
    if (this.current) return this.current;
    const request = requestOf(this.options);
    const answer = await this.connection.request(
      (socket) =>
        new Promise<Answer>((resolve, reject) => {
          // Not `emitWithAck`: events may follow in the same turn of the event loop.
          const answered = (error: Error | null, reply: Answer) => {
            if (error) return reject(error);
            if (reply.ok) this.begin(reply);
            resolve(reply);
          };
          socket.emit('replay_start', request, answered as never);
        }),
    );
    return statusOf(answer);
  }

  /** @throws RelayError */
  pause(): Promise<ReplayStatus> {
    return this.request((id) =>
      this.connection.request((socket) => socket.emitWithAck('replay_pause', { id })),
    );
  }

  /** @throws RelayError */
  resume(): Promise<ReplayStatus> {
    return this.request((id) =>
      this.connection.request((socket) => socket.emitWithAck('replay_resume', { id })),
    );
  }

  /** Continues at another time of the range, with a new snapshot. @throws RelayError */
  seek(to: ReplayTime): Promise<ReplayStatus> {
    const at = textOf(to);
    return this.request((id) =>
      this.connection.request((socket) => socket.emitWithAck('replay_seek', { id, at })),
    );
  }

  /** An absent option does not change. @throws RelayError */
  set(options: { speed?: number; skipQuiet?: boolean }): Promise<ReplayStatus> {
    return this.request((id) =>
      this.connection.request((socket) => socket.emitWithAck('replay_speed', { id, ...options })),
    );
  }

  /** @throws RelayError */
  stop(): Promise<ReplayStatus> {
    return this.request((id) =>
      this.connection.request((socket) => socket.emitWithAck('replay_stop', { id })),
    );
  }

  /** @internal */
  receive<E extends keyof ReplayEvents>(event: E, ...args: Parameters<ReplayEvents[E]>): void {
    const [payload] = args as [Replayable<object>];
    if (payload.replay) this.position.moveTo(Date.parse(payload.replay.at), performance.now());
    this.emit(event, ...args);
  }

  /** @internal */
  receiveChannels({ at, channels }: ReplayChannels): void {
    this.position.moveTo(Date.parse(at), performance.now());
    this.emit('channels', channels);
  }

  /** @internal */
  receiveSkipped(skipped: ReplaySkipped): void {
    this.position.moveTo(Date.parse(skipped.to), performance.now());
    this.emit('skipped', skipped);
  }

  /** @internal */
  receiveEnded({ error, ...ended }: ReplayEnded): void {
    if (!this.current) return;
    this.started.delete(ended.id);
    this.position.stop(Date.parse(ended.at));
    this.current = undefined;
    this.emit('ended', ended, error && new RelayError(error));
  }

  /** The connection is lost, and the replay with it. @internal */
  receiveLost(error: RelayError): void {
    const { current, atMs } = this;
    if (!current) return;
    const at = new Date(atMs ?? Date.parse(current.at)).toISOString();
    const { code, message, retryable } = error;
    this.receiveEnded({ id: current.id, at, reason: 'failed', error: { code, message, retryable } });
  }

  private begin(status: ReplayStatus): void {
    this.started.set(status.id, this);
    this.show(status);
  }

  private async request(send: (id: string) => Promise<Answer>): Promise<ReplayStatus> {
    const { current } = this;
    if (!current)
      throw new RelayError({
        code: 'REPLAY.NOT_FOUND',
        message: 'the replay is not started',
        retryable: false,
      });
    const status = statusOf(await send(current.id));
    // It may have ended meanwhile.
    if (this.current?.id === status.id) this.show(status);
    return status;
  }

  private show(status: ReplayStatus): void {
    this.current = status;
    this.position.follow(status, performance.now());
    this.emit('status', status);
  }
}

/** @throws RelayError */
function statusOf(answer: Answer): ReplayStatus {
  if (!answer.ok) throw new RelayError(answer.error);
  const { ok: _, ...status } = answer;
  return status;
}

const requestOf = ({ from, to, ...options }: ReplayOptions): ReplayStartRequest => ({
  ...(options as Omit<ReplayStartRequest, 'from' | 'to'>),
  from: textOf(from),
  ...(to !== undefined && { to: textOf(to) }),
});
