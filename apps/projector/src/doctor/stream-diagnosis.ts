import {
  LOG_STREAM,
  LOG_SUBJECTS,
  PARTITIONS_METADATA_KEY,
  type StreamProblem,
} from '@discord-relay/contracts';
import {
  DiscardPolicy,
  type JetStreamManager,
  RetentionPolicy,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { millis } from '@nats-io/transport-node';

const EDIT = `nats stream edit ${LOG_STREAM}`;
const MAX_RANGES = 5;

interface PartitionCheckpoint {
  partition: number;
  seq: number;
}

/** Reads the stream and returns its problems, see {@link diagnoseStream}. @throws the API's error, also when there is no stream */
export async function readStreamProblems(
  jsm: JetStreamManager,
  checkpoints: readonly PartitionCheckpoint[],
): Promise<StreamProblem[]> {
  const known = await jsm.streams.info(LOG_STREAM);
  const isWhole = !known.state.num_deleted;
  const info = isWhole ? known : await jsm.streams.info(LOG_STREAM, { deleted_details: true });
  return diagnoseStream(info, checkpoints);
}

/**
 * Finds damage to the stream by operators or limits: limits that delete events, deleted events, changed subjects or
 * partitions. Such damage does not stop the projector, but a rebuild can use only the events that the stream still has.
 */
export function diagnoseStream(
  { config, state }: Pick<StreamInfo, 'config' | 'state'>,
  checkpoints: readonly PartitionCheckpoint[],
): StreamProblem[] {
  return [
    ...deletingLimits(config),
    ...(state.first_seq > 1 ? [beginning(state.first_seq)] : []),
    ...removedEvents(state.deleted ?? [], state.num_deleted ?? 0, checkpoints),
    ...otherSubjects(config),
    ...lostPartitions(config, checkpoints),
  ];
}

function deletingLimits(config: StreamConfig): StreamProblem[] {
  const full = config.discard === DiscardPolicy.Old;
  const limits = [
    config.retention !== RetentionPolicy.Limits && `retention ${config.retention}`,
    config.max_age > 0 && `max_age ${Math.round(millis(config.max_age) / 1_000)}s`,
    config.max_msgs_per_subject > 0 && `max_msgs_per_subject ${config.max_msgs_per_subject}`,
    full && config.max_msgs > 0 && `max_msgs ${config.max_msgs} with discard old`,
    full && config.max_bytes > 0 && `max_bytes ${config.max_bytes} with discard old`,
  ].filter((each) => each !== false);
  if (limits.length === 0) return [];
  return [
    {
      name: 'deleting_limits',
      explanation: `limits of the stream delete events: ${limits.join(', ')}`,
      waysOut: [`remove these limits: ${EDIT}; only a rebuild needs the events that are projected already`],
    },
  ];
}

const beginning = (firstSeq: number): StreamProblem => ({
  name: 'beginning_gone',
  explanation: `the stream begins at ${firstSeq}: earlier events are only in the tables`,
  waysOut: [
    'restore the stream from a backup that holds the earlier events before you rebuild; otherwise a rebuild loses them',
  ],
});

function removedEvents(
  deleted: readonly number[],
  count: number,
  checkpoints: readonly PartitionCheckpoint[],
): StreamProblem[] {
  if (count === 0) return [];
  const ahead = checkpoints.filter(({ seq }) => deleted.some((each) => each > seq));
  const partitions = ahead.map(({ partition }) => partition).join(', ');
  const risk =
    ahead.length > 0
      ? `some are ahead of the checkpoints of partitions ${partitions}, which will lack them`
      : 'all are projected, but a rebuild would miss them';
  return [
    {
      name: 'events_removed',
      explanation: `${count} events inside the stream are gone (${ranges(deleted)}): ${risk}`,
      waysOut: ['restore the stream from a backup that holds them', 'or accept that the tables lack them'],
    },
  ];
}

/** `3-5, 9, …` */
export function ranges(seqs: readonly number[]): string {
  const found: [number, number][] = [];
  for (const seq of seqs.toSorted((a, b) => a - b)) {
    const last = found.at(-1);
    if (last?.[1] === seq - 1) last[1] = seq;
    else found.push([seq, seq]);
  }
  const shown = found.slice(0, MAX_RANGES).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  return [...shown, ...(found.length > MAX_RANGES ? ['…'] : [])].join(', ');
}

function otherSubjects({ subjects }: StreamConfig): StreamProblem[] {
  if (subjects.includes(LOG_SUBJECTS)) return [];
  return [
    {
      name: 'subjects_changed',
      explanation: `the subjects of the stream are ${subjects.join(', ') || 'none'} instead of ${LOG_SUBJECTS}: events are not stored`,
      waysOut: [`set its subjects again: ${EDIT} --subjects '${LOG_SUBJECTS}'`],
    },
  ];
}

function lostPartitions(
  { metadata }: StreamConfig,
  checkpoints: readonly PartitionCheckpoint[],
): StreamProblem[] {
  const partitions = Number(metadata?.[PARTITIONS_METADATA_KEY]);
  const most = Math.max(0, ...checkpoints.map(({ partition }) => partition + 1));
  if (Number.isInteger(partitions) && partitions >= Math.max(1, most)) return [];
  const says = metadata?.[PARTITIONS_METADATA_KEY] ?? 'missing';
  return [
    {
      name: 'partitions_changed',
      explanation: `the stream's metadata ${PARTITIONS_METADATA_KEY} is ${says}, but ${most} partitions were projected`,
      waysOut: [`set the number that the stream was created with: ${EDIT} --metadata`],
    },
  ];
}
