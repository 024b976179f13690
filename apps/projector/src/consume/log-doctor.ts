import { AppError } from '@discord-relay/contracts';

/** What identifies the stream and what of it is there. */
export interface LogIdentity {
  /** Creation time, as JetStream writes it. */
  createdAt: string;
  /** Oldest and newest sequence; an empty stream has `firstSeq = lastSeq + 1`, a new one 0 and 0. */
  firstSeq: number;
  lastSeq: number;
}

export interface CheckpointIdentity {
  partition: number;
  seq: number;
  /** null when nothing was projected yet. */
  streamCreatedAt: string | null;
}

const WAYS_OUT =
  'Restore the stream that the checkpoint belongs to, or rebuild the projection from sequence 0; ' +
  'nothing is consumed until then';

/**
 * Whether the checkpoint counts in the stream that is there. JetStream accepts any start sequence, so without this a
 * projector would wait for ever at the end of a new stream, or pass over events that are gone.
 * @throws AppError PROJECTION.LOG_DIVERGED with what differs and the ways out
 */
export function examineLog(checkpoint: CheckpointIdentity, log: LogIdentity): void {
  const finding = divergence(checkpoint, log);
  if (finding === null) return;
  throw new AppError(
    'PROJECTION.LOG_DIVERGED',
    `partition ${checkpoint.partition}: ${finding}. ${WAYS_OUT}.`,
  );
}

/** A checkpoint at 0 fits every stream: a projection starts with what is there. */
function divergence({ seq, streamCreatedAt }: CheckpointIdentity, log: LogIdentity): string | null {
  if (seq === 0) return null;
  if (streamCreatedAt !== null && streamCreatedAt !== log.createdAt) {
    return `the checkpoint at ${seq} is of the stream created ${streamCreatedAt}, this one was created ${log.createdAt}`;
  }
  if (seq > log.lastSeq) return `the checkpoint is at ${seq}, the stream ends at ${log.lastSeq}`;
  if (log.firstSeq > seq + 1) {
    return `the checkpoint is at ${seq}, the stream begins at ${log.firstSeq}: events between are gone`;
  }
  return null;
}
