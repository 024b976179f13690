import { AppError } from '@discord-relay/contracts';
import { wallClockIso } from '@discord-relay/platform';
import type { Principal } from '../access/principal.js';
import type { EventStreamOutcome } from '../metrics/event-stream-metrics.js';
import { toWireError } from '../errors/wire-error.js';
import type { EventWriter } from './event-writer.js';
import type { LogReader } from '../log/reader/log-reader.js';
import type { LivePriority } from '../log/reader/live-priority.js';
import { oneAhead } from '../log/reader/one-ahead.js';
import { readRange } from '../log/reader/read-range.js';
import type { LogRange } from '../log/reader/resolve-range.js';
import type { Pacer } from './pacer.js';
import type { EventJudge, VisibleEvent } from '../log/judge/event-judge.js';
import { judgedWhenProjected } from '../log/judge/judged-when-projected.js';
import type { GuildGap } from '../log/judge/gaps-in-range.query.js';
import { LoggedEvent } from '../log/select/logged-event.js';

/** A range with an end waits this long for the read models; a stream that follows waits for as long as it takes. */
const PROJECTION_WAIT_MS = 10_000;

export interface EventStreamParts {
  principal: Principal;
  range: LogRange;
  reader: LogReader;
  judge: EventJudge;
  pacer: Pacer;
  writer: EventWriter;
  /** Shared by all readers of the log. */
  run: LivePriority['run'];
  gaps: () => AsyncIterable<GuildGap>;
  written: (count: number) => void;
  abort: AbortController;
}

/** The events that the caller may see, up to a sequence. */
interface VisibleEvents {
  visible: readonly VisibleEvent[];
  untilSeq: number;
}

/** Their text. */
interface EncodedEvents {
  encoded: Uint8Array;
  count: number;
  untilSeq: number;
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
    const { writer, written, range, abort } = this.parts;
    for await (const { encoded, count, untilSeq } of oneAhead(this.encodedEvents())) {
      if (abort.signal.aborted) return;
      await writer.write(encoded);
      written(count);
      this.position = untilSeq;
    }
    if (range.untilSeq !== Infinity && !abort.signal.aborted)
      this.position = Math.max(this.position, range.untilSeq);
  }

  /** While the database is asked about events, those before them are encoded and sent. */
  private async *encodedEvents(): AsyncGenerator<EncodedEvents> {
    for await (const { visible, untilSeq } of oneAhead(this.visibleEvents()))
      yield { encoded: this.parts.writer.encode(visible), count: visible.length, untilSeq };
  }

  private async *visibleEvents(): AsyncGenerator<VisibleEvents> {
    const { reader, range, pacer, judge, run, abort } = this.parts;
    const waitMs = range.untilSeq === Infinity ? Infinity : PROJECTION_WAIT_MS;
    const options = { judge: judge.judge.bind(judge), run, waitMs, signal: abort.signal };
    for await (const { records, lastSeq } of readRange(reader, range, abort.signal)) {
      const events = records.map((record) => new LoggedEvent(record));
      for await (const group of pacer.release(events))
        for await (const { judged, last } of judgedWhenProjected(group, options))
          yield { visible: judged.visible, untilSeq: last.seq };
      if (lastSeq !== null && !abort.signal.aborted) yield { visible: [], untilSeq: lastSeq };
    }
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
    const { writer } = this.parts;
    await writer.write(writer.encode([this.record(type, data)]));
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
