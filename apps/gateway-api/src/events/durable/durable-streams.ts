import type { ServerResponse } from 'node:http';
import { AppError } from '@discord-relay/contracts';
import { atWallClock, wallClockMs } from '@discord-relay/platform';
import type { Principal } from '../../access/principal.js';
import type { GatewayApiConfig } from '../../config.js';
import type { ReadModelDatabase } from '../../database/read-model.database.js';
import { EventJudge } from '../../log/judge/event-judge.js';
import type { LogAccess } from '../../log/reader/log-access.js';
import type { EventStreamMetrics } from '../../metrics/event-stream-metrics.js';
import { checkSubjects, type EventStreams } from '../event-streams.js';
import type { EventSelector } from '../select-events.js';
import { formatOffset, parseOffset } from './durable-offset.js';
import type { DurableStreamQueryDto } from './durable-query.dto.js';
import { DurableReader, sequenceOf } from './durable-reader.js';
import { type DurableRead, sendCatchUp, sendEvents, sendLongPoll } from './durable-responses.js';
import { nextStreamCursor } from './stream-cursor.js';

export interface DurableCaller {
  principal: Principal;
  address: string;
}

interface Conditions {
  /** Only the end of the stream is wanted. */
  head: boolean;
  etag: string | undefined;
}

interface EventSources {
  log: LogAccess;
  database: ReadModelDatabase;
  selector: EventSelector;
}

/** The open responses of the Durable Streams protocol. They count as event streams. */
export class DurableStreams {
  private readonly open = new Map<AbortController, string | undefined>();

  constructor(
    private readonly sources: EventSources,
    private readonly streams: EventStreams,
    private readonly config: GatewayApiConfig,
    private readonly metrics: EventStreamMetrics,
  ) {}

  beforeApplicationShutdown(): void {
    for (const abort of this.open.keys()) abort.abort();
  }

  /** Ends the responses that authenticated with this credential. */
  revoke(credential: string): void {
    for (const [abort, own] of this.open) if (own === credential) abort.abort();
  }

  /** Resolves when the response has ended. @throws AppError when it cannot start; nothing has been sent then */
  async send(
    { principal, address }: DurableCaller,
    query: DurableStreamQueryDto,
    { head, etag }: Conditions,
    response: ServerResponse,
  ): Promise<void> {
    const { log, selector } = this.sources;
    const start = parseOffset(startOf(query))!;
    const selection = await selector.select(principal, query);
    checkSubjects(selection);
    const { logId, afterSeq } = await sequenceOf(log, head ? 'now' : start);
    if (head) return sendHead(response, formatOffset(logId, afterSeq));
    const authors = query.author ? new Set(query.author) : null;
    const judge = new EventJudge(this.sources.database, this.config.PUBLIC_CHANNELS, principal, {
      ...selection,
      authors,
    });
    const reader = new DurableReader({ log, judge, selection, logId });
    const streamCursor = () => nextStreamCursor(query.cursor, wallClockMs(), Math.random());
    await this.admitted({ principal, address }, response, (abort) => {
      const written = (count: number) => this.metrics.events.inc(count);
      const read: DurableRead = { reader, logId, afterSeq, streamCursor, abort, written };
      if (query.live === 'sse') return sendEvents(read, response);
      if (query.live === 'long-poll') return sendLongPoll(read, response);
      return sendCatchUp(read, response, etag);
    });
  }

  /** Runs the work of a response, which ends with the connection, the token and the replica. */
  private async admitted(
    { principal, address }: DurableCaller,
    response: ServerResponse,
    work: (abort: AbortController) => Promise<void>,
  ): Promise<void> {
    const release = this.streams.admit(principal, address);
    const abort = new AbortController();
    response.once('close', () => abort.abort());
    const cancelExpiry = atWallClock(principal.expiresAtMs, () => abort.abort());
    this.open.set(abort, principal.credential);
    try {
      await work(abort);
    } finally {
      cancelExpiry();
      this.open.delete(abort);
      release();
    }
  }
}

/** @throws AppError `REQUEST.INVALID` */
function startOf({ offset, live }: DurableStreamQueryDto): string {
  if (live && offset === undefined) throw new AppError('REQUEST.INVALID', 'live needs an offset');
  return offset ?? '-1';
}

function sendHead(response: ServerResponse, tail: string): void {
  response.setHeader('Stream-Next-Offset', tail);
  response.setHeader('Content-Type', 'application/json');
  response.writeHead(200).end();
}
