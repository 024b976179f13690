import type { LogRecord } from '../select/logged-event.js';
import type { LogReader } from './log-reader.js';

export interface SeqRange {
  /** Messages after this sequence … */
  afterSeq: number;
  /** … up to this one; Infinity: the range has no end. */
  untilSeq: number;
}

/**
 * The messages of a range, in batches. The next batch is requested while the consumer handles the one before, so two are in memory.
 * Ends early when the reader is aborted.
 */
export async function* readRange(
  reader: LogReader,
  { afterSeq, untilSeq }: SeqRange,
  signal: AbortSignal,
): AsyncGenerator<LogRecord[]> {
  const hasEnd = untilSeq !== Infinity;
  const isDone = hasEnd && (untilSeq <= afterSeq || (await reader.remaining()) === 0);
  let next = isDone ? undefined : reader.nextBatch();
  while (next && !signal.aborted) {
    const batch = await next;
    const last = batch.at(-1);
    const reachesEnd = hasEnd && last !== undefined && (last.pending === 0 || last.seq >= untilSeq);
    next = reachesEnd ? undefined : ahead(reader.nextBatch());
    yield batch.filter(({ seq }) => seq <= untilSeq);
  }
}

/** A read that is started early; its failure is handled when it is awaited. */
function ahead<T>(read: Promise<T>): Promise<T> {
  read.catch(() => undefined);
  return read;
}
