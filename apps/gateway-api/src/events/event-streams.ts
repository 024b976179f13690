import type { ServerResponse } from 'node:http';
import { AppError } from '@discord-relay/contracts';
import { atWallClock, type HealthRegistry, type Logger, wallClockMs } from '@discord-relay/platform';
import type { Principal } from '../access/principal.js';
import type { GatewayApiConfig } from '../config.js';
import type { ReadModelDatabase } from '../database/read-model.database.js';
import { ConnectionLimits } from '../limits/connection-limits.js';
import type { EventStreamMetrics } from '../metrics/event-stream-metrics.js';
import { type EventFormat, EventWriter } from './event-writer.js';
import { EventStream } from './event-stream.js';
import type { LogAccess } from '../log/reader/log-access.js';
import { type LogRange, type RangeRequest, resolveRange } from '../log/reader/resolve-range.js';
import { Pacer } from './pacer.js';
import { EventJudge } from '../log/judge/event-judge.js';
import { gapsInRange } from '../log/judge/gaps-in-range.query.js';
import { subjectFilters, type SubjectSelection } from '../log/select/subject-filters.js';

/** Maximum number of subjects that a consumer filters by: guilds times channels times types. */
const MAX_FILTERS = 300;

export interface EventStreamRequest {
  principal: Principal;
  address: string;
  format: EventFormat;
  speed: number;
  range: RangeRequest;
  selection: SubjectSelection & { authors: ReadonlySet<string> | null };
}

/** The open event streams of this process. */
export class EventStreams {
  private readonly open = new Set<EventStream>();
  private readonly limits: ConnectionLimits;
  private admitted = 0;
  private timer: NodeJS.Timeout | undefined;
  private draining = false;

  constructor(
    private readonly log: LogAccess,
    private readonly database: ReadModelDatabase,
    private readonly config: GatewayApiConfig,
    private readonly metrics: EventStreamMetrics,
    private readonly tools: { health: HealthRegistry; logger: Logger },
  ) {
    this.limits = new ConnectionLimits(config.MAX_STREAMS_PER_USER, config.MAX_STREAMS_PER_ADDRESS);
  }

  onModuleInit(): void {
    this.metrics.watch(() => this.open.size);
    this.tools.health.describe(() => ({ eventStreams: this.open.size }));
    const beat = () => {
      for (const stream of this.open) stream.heartbeat();
    };
    this.timer = setInterval(beat, this.config.STREAM_HEARTBEAT_MS).unref();
  }

  /** Runs before the HTTP server waits for open responses. */
  beforeApplicationShutdown(): void {
    this.draining = true;
    clearInterval(this.timer);
    for (const stream of this.open)
      stream.end(new AppError('SERVICE.UNAVAILABLE', 'stopping: continue from the cursor'));
  }

  /** Ends the streams that authenticated with this credential. */
  revoke(credential: string): void {
    for (const stream of this.open)
      if (stream.principal.credential === credential) stream.end(new AppError('AUTH.TOKEN_REVOKED'));
  }

  /** Sends the events; resolves when the response has ended. @throws AppError when it cannot start; nothing has been sent then */
  async send(request: EventStreamRequest, response: ServerResponse): Promise<void> {
    const release = this.admit(request.principal, request.address);
    try {
      checkSubjects(request.selection);
      const range = await resolveRange(this.log, request.range, wallClockMs());
      await this.run(request, range, response);
    } finally {
      release();
    }
  }

  /**
   * Counts a response that sends events. Returns the function that releases its place, to be called once.
   * @throws AppError `SOCKET.TOO_MANY_CONNECTIONS`, `SERVICE.UNAVAILABLE`
   */
  admit({ id: userId }: Principal, address: string): () => void {
    if (this.draining) throw new AppError('SERVICE.UNAVAILABLE', 'stopping: try again');
    const slot = this.limits.acquire({ userId, address });
    if (this.admitted >= this.config.MAX_EVENT_STREAMS) {
      slot.release();
      throw new AppError('SOCKET.TOO_MANY_CONNECTIONS', 'this replica sends as many event streams as it may');
    }
    this.admitted += 1;
    return () => {
      this.admitted -= 1;
      slot.release();
    };
  }

  private async run(request: EventStreamRequest, range: LogRange, response: ServerResponse): Promise<void> {
    const abort = new AbortController();
    response.once('close', () => abort.abort());
    if (response.destroyed) return;
    const stream = this.streamOf(request, range, response, abort);
    const cancelExpiry = atWallClock(request.principal.expiresAtMs, () =>
      stream.end(new AppError('AUTH.TOKEN_EXPIRED')),
    );
    this.open.add(stream);
    try {
      const outcome = await stream.run();
      this.metrics.ended.inc({ outcome });
    } finally {
      cancelExpiry();
      this.open.delete(stream);
    }
  }

  private streamOf(
    { principal, format, speed, selection }: EventStreamRequest,
    range: LogRange,
    response: ServerResponse,
    abort: AbortController,
  ): EventStream {
    const { PUBLIC_CHANNELS, EVENT_STREAM_STALL_MS } = this.config;
    const { priority } = this.log;
    return new EventStream({
      principal,
      range,
      reader: this.log.open(selection, range.afterSeq, abort.signal),
      judge: new EventJudge(this.database, PUBLIC_CHANNELS, principal, selection),
      pacer: new Pacer(speed, abort.signal),
      writer: new EventWriter(response, format, range.log.id, EVENT_STREAM_STALL_MS),
      run: speed === 0 ? priority.runWithRest.bind(priority) : priority.run.bind(priority),
      gaps: () =>
        gapsInRange(this.database, {
          guildIds: selection.guildIds,
          fromMs: range.fromMs,
          toMs: range.toMs,
        }),
      written: (count) => this.metrics.events.inc(count),
      abort,
    });
  }
}

/** @throws AppError `REQUEST.INVALID` for a selection of too many subjects */
export function checkSubjects(selection: SubjectSelection): void {
  const { length } = subjectFilters(selection);
  if (length > MAX_FILTERS)
    throw new AppError(
      'REQUEST.INVALID',
      `guild, channel and types select ${length} subjects; at most ${MAX_FILTERS}: name fewer`,
    );
}
