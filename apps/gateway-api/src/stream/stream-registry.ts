import type { ServerResponse } from 'node:http';
import { AppError, type Snowflake } from '@discord-relay/contracts';
import { atWallClock, type HealthRegistry, type Logger } from '@discord-relay/platform';
import type { Principal } from '../access/principal.js';
import { GuildStream, type StreamServices } from './guild-stream.js';
import { seqOf } from './guild-cursors.js';
import { MultiGuildStream } from './multi-guild-stream.js';
import type { Selection } from './selection.js';
import { type WriterLimits, SseWriter } from './sse-writer.js';
import type { EndCause } from '../metrics/stream-metrics.js';
import type { ConnectionLimits } from '../limits/connection-limits.js';

/**
 * How long a client waits before it reconnects. It varies, so that clients whose streams end at the same time do not
 * reconnect at the same time.
 */
const RETRY_MS = { least: 1_000, spread: 2_000 };

export interface StreamLimits extends WriterLimits {
  heartbeatMs: number;
  /** During a drain, clients reconnect spread over this time. */
  drainMs: number;
}

export interface StreamRequest {
  principal: Principal;
  address: string;
  /** Undefined: every guild that the user may see. */
  guildId: Snowflake | undefined;
  channels: Selection['channels'];
  types: Selection['types'];
  /** Cursor to resume after, as the client sent it. */
  after: string | undefined;
}

type OpenStream = GuildStream | MultiGuildStream;

/** The open streams of this process. */
export class StreamRegistry {
  private readonly open = new Set<OpenStream>();
  private timer: NodeJS.Timeout | undefined;
  private draining = false;

  constructor(
    private readonly services: StreamServices,
    private readonly connectionLimits: ConnectionLimits,
    private readonly limits: StreamLimits,
    private readonly health: HealthRegistry,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.services.metrics.watch(() => this.open.size);
    this.health.describe(() => ({ streams: this.open.size }));
    this.timer = setInterval(() => this.heartbeat(), this.limits.heartbeatMs).unref();
  }

  /** Runs before the HTTP server waits for open responses. */
  beforeApplicationShutdown(): void {
    this.draining = true;
    clearInterval(this.timer);
    for (const stream of this.open) stream.end('drain', retryMs(this.limits.drainMs));
  }

  /** Opens a stream; it stays open after this resolves. @throws AppError when it cannot start; nothing has been sent then */
  async openStream(request: StreamRequest, response: ServerResponse): Promise<void> {
    if (this.draining) throw new AppError('SERVICE.UNAVAILABLE', 'stopping: reconnect');
    const writer = new SseWriter(response, this.limits);
    // `close` was emitted already, so nothing would end the stream.
    if (writer.gone) throw new AppError('SERVICE.UNAVAILABLE', 'the client has disconnected');
    const { principal, address } = request;
    const slot = this.connectionLimits.acquire({ userId: principal.id, address });
    const onStreamEnd = (cause: EndCause) => this.ended(stream, cancelExpiry, cause);
    const stream = this.streamOf(request, writer, onStreamEnd);
    const cancelExpiry = atWallClock(principal.expiresAtMs, () => stream.end('expired', retryMs()));
    this.open.add(stream);
    response.once('close', () => {
      stream.close('client');
      // Not earlier, because unsent data of a slow client uses memory until then.
      slot.release();
    });
    await this.run(stream, writer, request.after);
  }

  /** Ends the streams that authenticated with this credential. */
  revoke(credential: string): void {
    for (const stream of this.open)
      if (stream.principal.credential === credential)
        stream.fail(new AppError('AUTH.TOKEN_REVOKED'), 'revoked');
  }

  private streamOf(
    { principal, guildId, channels, types }: StreamRequest,
    writer: SseWriter,
    ended: (cause: EndCause) => void,
  ): OpenStream {
    if (guildId === undefined)
      return new MultiGuildStream(principal, { channels, types }, writer, this.services, ended);
    return new GuildStream(principal, { guildId, channels, types }, writer, this.services, ended);
  }

  private async run(stream: OpenStream, writer: SseWriter, after: string | undefined): Promise<void> {
    try {
      if (stream instanceof GuildStream) await stream.open(seqOf(after, stream.guildId), retryMs());
      else await stream.open(after, retryMs());
    } catch (error) {
      const { opened } = writer;
      stream.fail(error, 'failed');
      if (!opened) throw error;
    }
  }

  private ended(stream: OpenStream, cancelExpiry: () => void, cause: EndCause): void {
    cancelExpiry();
    this.open.delete(stream);
    this.services.metrics.ended.inc({ cause });
    this.logger.debug({ userId: stream.principal.id, cause }, 'stream ended');
  }

  private heartbeat(): void {
    for (const stream of this.open) stream.heartbeat();
  }
}

export const retryMs = (spreadMs = RETRY_MS.spread): number => RETRY_MS.least + Math.random() * spreadMs;
