import { AppError, momentMs, type ReplayStatus, type Snowflake, type Uuid } from '@discord-relay/contracts';
import { type Logger, wallClockMs } from '@discord-relay/platform';
import type { Principal } from '../access/principal.js';
import type { GatewayApiConfig } from '../config.js';
import { toWireError } from '../errors/wire-error.js';
import type { FeedHub } from '../live/chain/feed-hub.js';
import { SocketWriter } from '../live/wire/socket-writer.js';
import type { WireSocket } from '../live/wire/wire-socket.js';
import { resolveRange } from '../log/reader/resolve-range.js';
import type { LiveMetrics } from '../metrics/live-metrics.js';
import type { ReplayMetrics } from '../metrics/replay-metrics.js';
import { Replay } from './replay.js';
import { ReplayAccess } from './replay-access.js';
import { ReplayContent, type ReplaySources } from './replay-content.js';
import { ReplayOutput } from './replay-output.js';
import type { ReplayPlan } from './replay-plan.js';

/** A replay uses at most this share of a socket's send budget, so that it never makes live delivery pause. */
const SHARE_OF_BUDGET = 4;
const DEFAULT_MESSAGES = 50;

/** A validated request; exactly one of the ids is present. */
export interface ReplayStart {
  channelId?: Snowflake;
  guildId?: Snowflake;
  from: string;
  to?: string;
  speed?: number;
  skipQuiet?: boolean;
  limit?: number;
}

export type ReplaySocket = WireSocket<{ principal: Principal }>;

interface ReplayTools {
  live: LiveMetrics;
  metrics: ReplayMetrics;
  logger: Logger;
}

interface Running {
  userId: string;
  replay: Replay;
  access: ReplayAccess;
}

/** The replays of this process. */
export class Replays {
  private readonly running = new Map<ReplaySocket, Map<string, Running>>();
  /** Replays that are being started, which count against the limits too. */
  private readonly starting = new Map<string, number>();
  private stopping = false;

  constructor(
    private readonly sources: ReplaySources,
    private readonly hub: FeedHub,
    private readonly config: GatewayApiConfig,
    private readonly tools: ReplayTools,
  ) {
    tools.metrics.watch(() => this.all().length);
  }

  /** The replica stops: ends every replay, and refuses new ones. */
  stopAll(): void {
    this.stopping = true;
    const error = new AppError('SERVICE.UNAVAILABLE', 'stopping: start it again');
    for (const { replay } of this.all()) replay.end('failed', error);
  }

  /** Its events follow the answer. @throws AppError `REPLAY.TOO_MANY`, `REQUEST.INVALID`, `CHANNEL.*`, `GUILD.NOT_FOUND` */
  async start(socket: ReplaySocket, request: ReplayStart): Promise<ReplayStatus> {
    const release = this.reserve(socket.data.principal.id);
    try {
      return await this.open(socket, request);
    } catch (error) {
      this.tools.metrics.refused.inc({ code: toWireError(error).code });
      throw error;
    } finally {
      release();
    }
  }

  pause(socket: ReplaySocket, id: string): ReplayStatus {
    return this.command(socket, id, (replay) => replay.pause());
  }

  resume(socket: ReplaySocket, id: string): ReplayStatus {
    return this.command(socket, id, (replay) => replay.resume());
  }

  /** @throws AppError `REQUEST.INVALID`, `REPLAY.NOT_FOUND` */
  seek(socket: ReplaySocket, id: string, at: string): ReplayStatus {
    return this.command(socket, id, (replay) => replay.seek(momentMs(at, wallClockMs())!));
  }

  set(socket: ReplaySocket, id: string, options: { speed?: number; skipQuiet?: boolean }): ReplayStatus {
    return this.command(socket, id, (replay) => replay.set(options));
  }

  stop(socket: ReplaySocket, id: string): ReplayStatus {
    return this.command(socket, id, (replay) => replay.end('stopped'));
  }

  /** The socket has another token, which may have fewer rights. */
  principalChanged(socket: ReplaySocket): void {
    for (const { access } of this.running.get(socket)?.values() ?? []) access.check();
  }

  /** The socket is closed. */
  close(socket: ReplaySocket): void {
    for (const { replay } of this.running.get(socket)?.values() ?? []) replay.end('disconnected');
  }

  private command(socket: ReplaySocket, id: string, work: (replay: Replay) => void): ReplayStatus {
    const found = this.running.get(socket)?.get(id);
    if (!found || found.replay.hasEnded) throw new AppError('REPLAY.NOT_FOUND');
    work(found.replay);
    return found.replay.status;
  }

  /** Counts a replay that is about to start. */
  private reserve(userId: string): () => void {
    const starting = this.starting.get(userId) ?? 0;
    const all = this.all();
    const ofUser = all.filter((each) => each.userId === userId).length + starting;
    const total = all.length + [...this.starting.values()].reduce((sum, count) => sum + count, 0);
    if (this.stopping) throw new AppError('SERVICE.UNAVAILABLE', 'stopping: reconnect');
    if (ofUser >= this.config.MAX_REPLAYS_PER_USER || total >= this.config.MAX_REPLAYS) {
      this.tools.metrics.refused.inc({ code: 'REPLAY.TOO_MANY' });
      throw new AppError('REPLAY.TOO_MANY');
    }
    this.starting.set(userId, starting + 1);
    return () => {
      const left = this.starting.get(userId)! - 1;
      if (left > 0) this.starting.set(userId, left);
      else this.starting.delete(userId);
    };
  }

  private async open(socket: ReplaySocket, request: ReplayStart): Promise<ReplayStatus> {
    const { sources, hub } = this;
    const principal = () => socket.data.principal;
    const access = await ReplayAccess.open(hub, sources.database, principal, request);
    try {
      const plan = await this.plan(access, request);
      if (!socket.connected) throw new AppError('SERVICE.UNAVAILABLE', 'the socket is closed');
      const replay = this.replayOf(socket, plan, request, access);
      access.onLost((code) => replay.end('failed', new AppError(code)));
      this.run(socket, replay, access);
      return replay.status;
    } catch (error) {
      access.release();
      throw error;
    }
  }

  private async plan(access: ReplayAccess, request: ReplayStart): Promise<ReplayPlan> {
    const nowMs = wallClockMs();
    const { from, to, limit = DEFAULT_MESSAGES } = request;
    const range = await resolveRange(this.sources.log, { from, to, follow: false }, nowMs);
    const { guildId, channelId } = access;
    return { guildId, channelId, range, fromMs: range.fromMs!, toMs: range.toMs ?? nowMs, limit };
  }

  private replayOf(
    socket: ReplaySocket,
    plan: ReplayPlan,
    request: ReplayStart,
    access: ReplayAccess,
  ): Replay {
    const { live, logger } = this.tools;
    const maxBytes = this.config.SOCKET_BUFFER_MAX_BYTES / SHARE_OF_BUDGET;
    const writer = new SocketWriter(socket, maxBytes, live, logger);
    const { speed = 1, skipQuiet = false } = request;
    return new Replay(
      plan,
      new ReplayContent(
        plan,
        this.sources,
        () => socket.data.principal,
        () => access.current,
      ),
      new ReplayOutput(crypto.randomUUID() as Uuid, writer),
      { speed, skipQuiet },
    );
  }

  private run(socket: ReplaySocket, replay: Replay, access: ReplayAccess): void {
    const { metrics, logger } = this.tools;
    const { id } = replay.status;
    const userId = socket.data.principal.id;
    const ofSocket = this.running.get(socket) ?? new Map<string, Running>();
    this.running.set(socket, ofSocket);
    metrics.started.inc();
    ofSocket.set(id, { userId, replay, access });
    void afterAnswer()
      .then(() => replay.run())
      .then((outcome) => {
        metrics.ended.inc({ outcome });
        logger.debug({ socketId: socket.id, userId, replayId: id, outcome }, 'replay ended');
        access.release();
        ofSocket.delete(id);
        if (ofSocket.size === 0) this.running.delete(socket);
      });
  }

  private all(): Running[] {
    return [...this.running.values()].flatMap((ofSocket) => [...ofSocket.values()]);
  }
}

/** The answer is written in microtasks; a client learns the id from it before any event of the replay. */
const afterAnswer = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
