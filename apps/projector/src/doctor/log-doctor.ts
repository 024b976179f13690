import { AppError, type LogFinding } from '@discord-relay/contracts';
import type { LogIdentity } from '../log/log-state.js';

export interface CheckpointIdentity {
  partition: number;
  seq: number;
  /** null before the first commit. */
  streamCreatedAt: string | null;
  /** When the stream stored the message at `seq`; null when that is not known. */
  seqStoredAt: Date | null;
}

export interface Diagnosis {
  finding: LogFinding;
  explanation: string;
  waysOut: string[];
}

const REBUILD =
  'or rebuild from the events in the stream: run `relay projections rebuild --wait`, check the differences with ' +
  '`relay projections compare`, then run `relay projections switch`';
const REFETCH =
  'a running ingestor detects this and fetches the lost events that Discord still has, for the last ' +
  'BACKFILL_HORIZON_HOURS; the gap that it opens lists the rest';
const REIMPORT =
  'a running ingestor detects this and imports what Discord has, BACKFILL_LIMIT messages of a channel; ' +
  'anything else that only the tables hold is lost with a rebuild';

const restoreOrRebuild = (restore: string, consequence: string): string[] => [
  restore,
  `${REBUILD}; ${consequence}`,
];

const NEWER_BACKUP = restoreOrRebuild(
  'restore the stream from a newer backup, one that holds the checkpoint',
  REFETCH,
);

const WAYS_OUT: Record<LogFinding, string[]> = {
  fine: [],
  no_stream: [
    'start the ingestor, which creates the stream within seconds',
    'or restore the stream from its backup',
  ],
  recreated: restoreOrRebuild('restore the stream that the checkpoint belongs to', REIMPORT),
  ahead: NEWER_BACKUP,
  missing: restoreOrRebuild(
    'restore the stream from a backup that holds the checkpoint',
    'anything else that was removed from the stream will be missing from the tables',
  ),
  replaced: NEWER_BACKUP,
  truncated: restoreOrRebuild(
    'restore the stream from a backup that holds the events in between',
    'everything that is gone from the stream will be missing from the tables',
  ),
};

/**
 * Checks whether the checkpoint belongs to the current stream; `log` is null when there is no stream. The stream must have a
 * message at the checkpoint (`storedAt`: when it was stored), unless it begins right after it. A checkpoint at 0 fits every
 * stream. The checkpoint of a quiet partition moves with the end of the stream (see `PartitionConsumer`), so a stream that
 * begins after it has lost events.
 */
export function diagnoseCheckpoint(
  { seq, streamCreatedAt, seqStoredAt }: CheckpointIdentity,
  log: LogIdentity | null,
  storedAt: Date | null,
): Diagnosis {
  if (log === null) return found('no_stream', 'there is no stream');
  if (seq === 0) return found('fine', 'nothing has been projected yet');
  if (streamCreatedAt !== null && streamCreatedAt !== log.createdAt) {
    const stream = `the stream created ${streamCreatedAt}, this one was created ${log.createdAt}`;
    return found('recreated', `the checkpoint at ${seq} is of ${stream}`);
  }
  if (seq > log.lastSeq)
    return found('ahead', `the checkpoint is at ${seq}, the stream ends at ${log.lastSeq}`);
  if (log.firstSeq > seq + 1) {
    const gone = 'the events in between are gone';
    return found('truncated', `the checkpoint is at ${seq}, the stream begins at ${log.firstSeq}: ${gone}`);
  }
  if (storedAt === null && log.firstSeq <= seq) {
    const lost = 'the last projected event is missing, and other events may be missing too';
    return found('missing', `the checkpoint is at ${seq} of ${log.firstSeq} to ${log.lastSeq}: ${lost}`);
  }
  if (seqStoredAt && storedAt && seqStoredAt.getTime() !== storedAt.getTime()) {
    const [was, is] = [seqStoredAt.toISOString(), storedAt.toISOString()];
    const other = `the last projected event was stored ${was}, the event there now was stored ${is}`;
    return found(
      'replaced',
      `the checkpoint is at ${seq}: ${other}; the stream was restored and has grown since`,
    );
  }
  return found('fine', `the checkpoint is at ${seq} of ${log.firstSeq} to ${log.lastSeq}`);
}

const found = (finding: LogFinding, explanation: string): Diagnosis => ({
  finding,
  explanation,
  waysOut: WAYS_OUT[finding],
});

/**
 * Refuses to read a log that the checkpoint does not belong to. JetStream accepts any start sequence, so without this check a
 * projector would wait forever at the end of a new stream, or silently skip missing events.
 * @throws AppError PROJECTION.LOG_DIVERGED with the difference and the remedies
 */
export function assertLogMatches(
  checkpoint: CheckpointIdentity,
  log: LogIdentity,
  storedAt: Date | null,
): void {
  const { finding, explanation, waysOut } = diagnoseCheckpoint(checkpoint, log, storedAt);
  if (finding === 'fine') return;
  const ways = waysOut.map((way) => `; ${way}`).join('');
  throw new AppError(
    'PROJECTION.LOG_DIVERGED',
    `partition ${checkpoint.partition}: ${explanation}. Nothing is consumed until you choose${ways}.`,
  );
}
