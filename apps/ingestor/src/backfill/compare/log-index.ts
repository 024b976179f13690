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
}

/**
 * Reads a guild's events from the log into `known`, up to now.
 * @throws AppError LOG.CONSUMER_STALLED and server errors
 */
export class LogIndex {
  constructor(
    private readonly connection: NatsConnection,
    private readonly partitions: number,
  ) {}

  async read({ guildId, bounds, keep }: LogWindow, known: KnownMessages, signal: AbortSignal): Promise<void> {
    const consumer = await jetstream(this.connection).consumers.get(LOG_STREAM, {
      filter_subjects: `discord.${partitionOf(guildId, this.partitions)}.${guildId}.>`,
      ...startingAt(bounds.logFromMs),
    });
    for (let { num_pending: pending } = await consumer.info(); pending > 0;) {
      signal.throwIfAborted();
      const batch = await consumer.fetch({ max_messages: PRUNE_EVERY, expires: FETCH_WAIT_MS });
      pending = await foldBatch(batch, known, pending, signal);
      if (batch.getReceived() === 0) throw stalled(pending);
      known.prune(keep, bounds.missedAfter);
    }
    signal.throwIfAborted();
    known.prune(keep, bounds.missedAfter);
  }
}

/** @returns how many events are pending after it */
async function foldBatch(
  batch: ConsumerMessages,
  known: KnownMessages,
  pendingBefore: number,
  signal: AbortSignal,
): Promise<number> {
  let pending = pendingBefore;
  const stop = () => batch.stop();
  signal.addEventListener('abort', stop);
  try {
    for await (const message of batch) {
      const parsed = parseEvent(message.string());
      if (parsed.ok) known.apply(parsed.event);
      pending = message.info.pending;
      if (pending === 0) break;
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  signal.throwIfAborted();
  return pending;
}

const stalled = (pending: number) =>
  new AppError('LOG.CONSUMER_STALLED', `the log has ${pending} more events and its consumer delivers none`);

const startingAt = (timeMs: number | undefined) =>
  timeMs === undefined
    ? { deliver_policy: DeliverPolicy.All }
    : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(timeMs).toISOString() };
