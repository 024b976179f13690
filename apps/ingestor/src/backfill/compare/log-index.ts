import { type ConsumerMessages, DeliverPolicy, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { AppError, LOG_STREAM, parseEvent, partitionOf, type Snowflake } from '@discord-relay/contracts';
import type { GapBounds } from '../gaps/gap.js';
import type { KnownMessages } from './known-messages.js';

/** Number of events that are read between two prunings. */
const PRUNE_EVERY = 10_000;
/** How long a consumer may deliver nothing although events are pending. */
const FETCH_WAIT_MS = 10_000;

export interface LogWindow {
  guildId: Snowflake;
  bounds: GapBounds;
  /** Messages older than the gap that are kept per channel. */
  keep: number;
  /** Only events after this sequence are read; default: all within the bounds. */
  after?: number | undefined;
}

/** The sequence of the last event that was read; undefined: none. */
export type LastRead = number | undefined;

/**
 * Reads a guild's events from the log into `known`, up to now.
 * @throws AppError LOG.CONSUMER_STALLED and server errors
 */
export class LogIndex {
  constructor(
    private readonly connection: NatsConnection,
    private readonly partitions: number,
  ) {}

  async read(
    { guildId, bounds, keep, after }: LogWindow,
    known: KnownMessages,
    signal: AbortSignal,
  ): Promise<LastRead> {
    const consumer = await jetstream(this.connection).consumers.get(LOG_STREAM, {
      filter_subjects: `discord.${partitionOf(guildId, this.partitions)}.${guildId}.>`,
      ...startingAt(bounds.logFromMs, after),
    });
    const { num_pending } = await consumer.info();
    let position: ReadPosition = { last: after, pending: num_pending };
    while (position.pending > 0) {
      signal.throwIfAborted();
      const batch = await consumer.fetch({ max_messages: PRUNE_EVERY, expires: FETCH_WAIT_MS });
      position = await foldBatch(batch, known, position, signal);
      if (batch.getReceived() === 0) throw stalled(position.pending);
      known.prune(keep, bounds.missedAfter);
    }
    signal.throwIfAborted();
    known.prune(keep, bounds.missedAfter);
    return position.last;
  }
}

interface ReadPosition {
  last: LastRead;
  /** Number of events after it. */
  pending: number;
}

/** @returns the position after the batch */
async function foldBatch(
  batch: ConsumerMessages,
  known: KnownMessages,
  before: ReadPosition,
  signal: AbortSignal,
): Promise<ReadPosition> {
  let position = before;
  const stop = () => batch.stop();
  signal.addEventListener('abort', stop);
  try {
    for await (const message of batch) {
      const parsed = parseEvent(message.string());
      if (parsed.ok) known.apply(parsed.event);
      position = { last: message.seq, pending: message.info.pending };
      if (position.pending === 0) break;
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  signal.throwIfAborted();
  return position;
}

const stalled = (pending: number) =>
  new AppError('LOG.CONSUMER_STALLED', `the log has ${pending} more events and its consumer delivers none`);

function startingAt(timeMs: number | undefined, after: LastRead) {
  if (after !== undefined) return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: after + 1 };
  return timeMs === undefined
    ? { deliver_policy: DeliverPolicy.All }
    : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(timeMs).toISOString() };
}
