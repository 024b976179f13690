import { type MediaCounts, noMedia } from './media/media-counts.js';
import { nothingLeftOut, type LeftOut, type SkipReason } from './map/read-exported-message.js';

/** Messages that are named in the report, for each file; all are counted. */
const MAX_EXAMPLES = 100;

/** What became of the messages of a file. */
export interface FileCounts {
  /** Messages that were read. */
  messages: number;
  imported: number;
  skipped: Partial<Record<SkipReason, number>>;
  leftOut: LeftOut;
  /** Files of attachments, if they are kept. */
  media: MediaCounts;
  /** The first messages that were skipped, except those that the log has. */
  examples: { id: string | null; reason: SkipReason; byte: number }[];
  /** What is unusual about the file as a whole. */
  notes: string[];
}

export const noCounts = (): FileCounts => ({
  messages: 0,
  imported: 0,
  skipped: {},
  leftOut: nothingLeftOut(),
  media: noMedia(),
  examples: [],
  notes: [],
});

const IN_THE_LOG: ReadonlySet<SkipReason> = new Set(['observed', 'imported_before']);

export function countSkipped(counts: FileCounts, reason: SkipReason, id: string | null, at: number): void {
  counts.skipped[reason] = (counts.skipped[reason] ?? 0) + 1;
  if (IN_THE_LOG.has(reason) || counts.examples.length >= MAX_EXAMPLES) return;
  counts.examples.push({ id, reason, byte: at + 1 });
}
