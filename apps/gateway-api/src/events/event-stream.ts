import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@discord-relay/contracts';
import { type Semaphore, wallClockIso } from '@discord-relay/platform';
import type { Principal } from '../access/principal.js';
import type { EventStreamOutcome } from '../metrics/event-stream-metrics.js';
import { toWireError } from '../errors/wire-error.js';
import type { EventWriter } from './event-writer.js';
import type { LogReader } from '../log/reader/log-reader.js';
import type { LogRange } from '../log/reader/resolve-range.js';
import type { Pacer } from './pacer.js';
import type { EventJudge, VisibleEvent } from '../log/judge/event-judge.js';
import type { GuildGap } from '../log/judge/gaps-in-range.query.js';
import { LoggedEvent, type LogRecord } from '../log/select/logged-event.js';

/** How often it is checked whether the read models have reached an event. */
const PROJECTION_POLL_MS = 25;
/** A range with an end waits this long for the read models; a stream that follows waits for as long as it takes. */
const PROJECTION_WAIT_MS = 10_000;

export interface EventStreamParts {
  principal: Principal;
  range: LogRange;
  reader: LogReader;
  judge: EventJudge;
  pacer: Pacer;
  writer: EventWriter;
  /** Shared by all streams of the process: one batch at a time is judged, so live delivery gets its turn. */
  judging: Semaphore;
  gaps: () => AsyncIterable<GuildGap>;
  written: (count: number) => void;
  abort: AbortController;
}

/** One response: the gaps of the range, its events, and a last record that says how it ended. */
export class EventStream {
  /** Everything up to here was sent, or is not for this caller. */
  private position: number;
  private ending: AppError | undefined;

  constructor(private readonly parts: EventStreamParts) {
    this.position = parts.range.afterSeq;
  }

  get principal(): Principal {
    return this.parts.principal;
  }

  /** Ends the stream with this error as its last record. */
  end(error: AppError): void {
    this.ending ??= error;
    this.parts.abort.abort();
  }

  /** Resolves when the response has ended, to how it ended. */
  async run(): Promise<EventStreamOutcome> {
    const { writer, reader, abort } = this.parts;
    writer.open();
    try {
      await this.sendGaps();
      await this.sendEvents();
      if (this.ending) throw this.ending;
      if (abort.signal.aborted) return 'client';
      await this.send('relay.end', {});
      writer.end();
      return 'complete';
    } catch (error) {
      return await this.fail(error);
    } finally {
      await reader.close();
    }
  }

  /** To be called now and then: a client that receives nothing learns its cursor. */
  heartbeat(): void {
    const { writer, abort } = this.parts;
    if (abort.signal.aborted || !writer.opened || !writer.isQuiet()) return;
    writer.heartbeat(this.position, this.record('relay.position', {}));
  }

  private async sendGaps(): Promise<void> {
    const { range, judge, gaps } = this.parts;
    // So that the client has a cursor before the first event.
    await this.send('relay.position', {});
    if (range.notKeptUntil !== null)
      await this.send('relay.gap', { cause: 'not_kept', untilSeq: range.notKeptUntil });
    for await (const gap of gaps()) {
      const shown = await judge.showGap(gap);
      if (shown) await this.send('relay.gap', shown);
    }
  }

  private async sendEvents(): Promise<void> {
    const { reader, range, abort } = this.parts;
    const hasEnd = range.untilSeq !== Infinity;
    const isDone = hasEnd && (range.untilSeq <= range.afterSeq || (await reader.remaining()) === 0);
    let next = isDone ? undefined : reader.nextBatch();
    while (next && !abort.signal.aborted) {
      const batch = await next;
      const last = batch.at(-1);
      const reachesEnd = hasEnd && last !== undefined && (last.pending === 0 || last.seq >= range.untilSeq);
      next = reachesEnd ? undefined : ahead(reader.nextBatch());
      await this.deliver(batch.filter(({ seq }) => seq <= range.untilSeq));
    }
    if (hasEnd && !abort.signal.aborted) this.position = Math.max(this.position, range.untilSeq);
  }

  private async deliver(batch: readonly LogRecord[]): Promise<void> {
    const { pacer, abort } = this.parts;
    for await (const group of pacer.release(batch.map((record) => new LoggedEvent(record)))) {
      for (let rest = group; rest.length > 0 && !abort.signal.aborted;)
        rest = rest.slice(await this.deliverProjected(rest));
    }
  }

  /** Sends the events up to the first that is not projected yet; waits for at least one. Returns how many were sent. */
  private async deliverProjected(events: readonly LoggedEvent[]): Promise<number> {
    const { judging, judge, writer, written, range, abort } = this.parts;
    const untilMs = performance.now() + (range.untilSeq === Infinity ? Infinity : PROJECTION_WAIT_MS);
    while (!abort.signal.aborted) {
      const { count, visible } = await judging.run(() => judge.judge(events));
      if (count > 0) {
        await writer.write(visible);
        written(visible.length);
        this.position = events[count - 1]!.seq;
        return count;
      }
      if (performance.now() > untilMs)
        throw new AppError('SERVICE.UNAVAILABLE', 'the read models are behind the log: continue later');
      await sleep(PROJECTION_POLL_MS);
    }
    return events.length;
  }

  private async fail(error: unknown): Promise<EventStreamOutcome> {
    const { writer, abort } = this.parts;
    abort.abort();
    const wireError = toWireError(error);
    if (wireError.code === 'SOCKET.TOO_SLOW') {
      writer.destroy();
      return 'slow';
    }
    await this.send('relay.error', wireError).catch(() => writer.destroy());
    writer.end();
    return 'failed';
  }

  private async send(type: string, data: object): Promise<void> {
    await this.parts.writer.write([this.record(type, data)]);
  }

  /** What is not an event of the log, as a CloudEvent of the service. */
  private record(type: string, data: object): VisibleEvent {
    const seq = this.position;
    const envelope = {
      specversion: '1.0',
      id: `${type}:${crypto.randomUUID()}`,
      source: 'relay',
      type,
      time: wallClockIso(),
    };
    return { seq, type, body: Buffer.from(JSON.stringify({ ...envelope, data })) };
  }
}

/** A read that is started early; its failure is handled when it is awaited. */
function ahead<T>(read: Promise<T>): Promise<T> {
  read.catch(() => undefined);
  return read;
}
