import { AppError } from '@discord-relay/contracts';
import type { EventJudge, VisibleEvent } from '../../log/judge/event-judge.js';
import { judgedWhenProjected } from '../../log/judge/judged-when-projected.js';
import type { LogAccess } from '../../log/reader/log-access.js';
import type { LogReader } from '../../log/reader/log-reader.js';
import { readRange, type SeqRange } from '../../log/reader/read-range.js';
import { LoggedEvent } from '../../log/select/logged-event.js';
import { formatCursor } from '../../log/select/event-cursor.js';
import type { SubjectSelection } from '../../log/select/subject-filters.js';
import type { DurableStart } from './durable-offset.js';

/** A chunk ends with the batch in which it has reached this. */
const CHUNK_BYTES = 1_048_576;
/** How long a response waits for the read models. */
const PROJECTION_WAIT_MS = 10_000;

export interface DurableParts {
  log: LogAccess;
  judge: EventJudge;
  selection: SubjectSelection;
  /** Identifies the log in cursors. */
  logId: string;
}

/** A part of a durable stream. */
export interface Chunk {
  /** Each event as one line of JSON. */
  events: string[];
  /** Everything up to here is in the chunk, or is not for this caller. */
  seq: number;
  /** Whether there were no later events. */
  upToDate: boolean;
}

/** Reads the selected events of the log in chunks. */
export class DurableReader {
  constructor(private readonly parts: DurableParts) {}

  /** The events after a sequence that exist now, at most about a megabyte. */
  async catchUp(afterSeq: number, signal: AbortSignal): Promise<Chunk> {
    const { lastSeq } = await this.parts.log.bounds();
    const chunk: Chunk = { events: [], seq: afterSeq, upToDate: true };
    let bytes = 0;
    for await (const { visible, seq } of this.read({ afterSeq, untilSeq: lastSeq }, signal)) {
      chunk.seq = seq;
      for (const event of visible) bytes += event.body.byteLength;
      chunk.events.push(...visible.map((event) => this.lineOf(event)));
      if (bytes >= CHUNK_BYTES) return { ...chunk, upToDate: seq >= lastSeq };
    }
    // What was not read is not up to date.
    if (signal.aborted) return { ...chunk, upToDate: false };
    return { ...chunk, seq: Math.max(afterSeq, lastSeq) };
  }

  /** The next events after a sequence, as soon as there are any; ends without any when it is aborted. */
  async *follow(afterSeq: number, signal: AbortSignal): AsyncGenerator<Chunk> {
    for await (const { visible, seq, isLast } of this.read({ afterSeq, untilSeq: Infinity }, signal)) {
      const events = visible.map((event) => this.lineOf(event));
      if (events.length > 0) yield { events, seq, upToDate: isLast };
    }
  }

  private async *read(
    range: SeqRange,
    signal: AbortSignal,
  ): AsyncGenerator<{ visible: VisibleEvent[]; seq: number; isLast: boolean }> {
    const { log, judge, selection } = this.parts;
    const reader: LogReader = log.open(selection, range.afterSeq, signal);
    const waitMs = range.untilSeq === Infinity ? Infinity : PROJECTION_WAIT_MS;
    const { priority } = log;
    const options = {
      judge: judge.judge.bind(judge),
      run: priority.runWithRest.bind(priority),
      waitMs,
      signal,
    };
    try {
      for await (const { records, lastSeq, isLast } of readRange(reader, range, signal)) {
        const events = records.map((record) => new LoggedEvent(record));
        for await (const { judged, last } of judgedWhenProjected(events, options))
          yield { visible: judged.visible, seq: last.seq, isLast: isLast && last === events.at(-1) };
        // Messages that are not selected count as read.
        if (lastSeq !== null && !signal.aborted) yield { visible: [], seq: lastSeq, isLast };
      }
    } finally {
      await reader.close();
    }
  }

  private lineOf({ seq, body }: VisibleEvent): string {
    const rest = Buffer.from(body.buffer, body.byteOffset + 1, body.byteLength - 1).toString();
    return `{"seq":${seq},"cursor":"${formatCursor(this.parts.logId, seq)}",${rest}`;
  }
}

/** The sequence after which a read begins. @throws AppError `REQUEST.INVALID` for an offset of another log, `EVENTS.NOT_KEPT` */
export async function sequenceOf(
  log: LogAccess,
  start: DurableStart,
): Promise<{ logId: string; afterSeq: number }> {
  const { id: logId, firstSeq, lastSeq } = await log.bounds();
  if (start === 'now') return { logId, afterSeq: lastSeq };
  if (start === 'beginning') return { logId, afterSeq: Math.max(firstSeq, 1) - 1 };
  if (start.logId !== logId || start.seq > lastSeq)
    throw new AppError(
      'REQUEST.INVALID',
      'offset belongs to another deployment, or to a log that was replaced',
    );
  if (start.seq < firstSeq - 1) throw new AppError('EVENTS.NOT_KEPT');
  return { logId, afterSeq: start.seq };
}
