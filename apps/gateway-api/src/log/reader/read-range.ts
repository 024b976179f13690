import type { LogBatch, LogReader } from './log-reader.js';

export interface SeqRange {
  /** Messages after this sequence … */
  afterSeq: number;
  /** … up to this one; Infinity: the range has no end. */
  untilSeq: number;
}

/** The messages of a range, in batches. Ends early when the reader is aborted. */
export async function* readRange(
  reader: LogReader,
  { afterSeq, untilSeq }: SeqRange,
  signal: AbortSignal,
): AsyncGenerator<LogBatch> {
  const hasEnd = untilSeq !== Infinity;
  if (hasEnd && (untilSeq <= afterSeq || (await reader.isAtEnd()))) return;
  while (!signal.aborted) {
    const batch = await reader.nextBatch();
    const lastSeq = batch.lastSeq === null ? null : Math.min(batch.lastSeq, untilSeq);
    yield { ...batch, lastSeq, records: batch.records.filter(({ seq }) => seq <= untilSeq) };
    if (hasEnd && (batch.isLast || lastSeq === untilSeq)) return;
  }
}
