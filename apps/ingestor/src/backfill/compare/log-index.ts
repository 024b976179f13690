import { DeliverPolicy, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { LOG_STREAM, parseEvent, partitionOf, type Snowflake } from '@discord-relay/contracts';
import type { GapBounds } from '../gaps/gap.js';
import type { KnownMessages } from './known-messages.js';

/** How many events are read between two prunings. */
const PRUNE_EVERY = 10_000;

export interface LogWindow {
  guildId: Snowflake;
  bounds: GapBounds;
  /** Messages kept per channel of those that are older than the gap. */
  keep: number;
}

/** Reads what the log holds of a guild up to now into `known`. Rejects when the log cannot be read. */
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
    const { num_pending: pending } = await consumer.info();
    if (pending === 0) return;
    const messages = await consumer.consume();
    const stop = () => messages.stop();
    signal.addEventListener('abort', stop);
    try {
      let read = 0;
      for await (const message of messages) {
        const parsed = parseEvent(message.string());
        if (parsed.ok) known.fold(parsed.event);
        if (++read % PRUNE_EVERY === 0) known.prune(keep, bounds.missedAfter);
        if (message.info.pending === 0) break;
      }
    } finally {
      signal.removeEventListener('abort', stop);
      await messages.close();
    }
    signal.throwIfAborted();
    known.prune(keep, bounds.missedAfter);
  }
}

const startingAt = (timeMs: number | undefined) =>
  timeMs === undefined
    ? { deliver_policy: DeliverPolicy.All }
    : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(timeMs).toISOString() };
