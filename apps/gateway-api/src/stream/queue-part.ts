import type { QueueEntry, Snowflake, PublicEvent } from '@discord-relay/contracts';
import type { QueueUpdates } from '../queue/live/queue-updates.js';
import type { QueueChanges } from '../queue/queue-changes.js';

/** What streams need of support queues. */
export interface QueueSources {
  updates: Pick<QueueUpdates, 'subscribe'>;
  changes: Pick<QueueChanges, 'entriesSince'>;
}

/**
 * The support queue in one stream. Its events tell the state and not the steps, so they are outside the chain of the stream:
 * entries of the time until the stream is live are kept, the newest of each.
 */
export class QueuePart {
  private kept: Map<Snowflake, QueueEntry> | undefined = new Map();
  private stop: (() => void) | undefined;
  private closed = false;

  constructor(
    private readonly guildId: Snowflake,
    private readonly sources: QueueSources,
    private readonly send: (facts: PublicEvent[]) => void,
  ) {}

  /** Receives what changes from now on, and after a cursor what changed since. @throws AppError */
  async open(after: number | undefined): Promise<void> {
    const { updates, changes } = this.sources;
    if (!this.stop) {
      const { stop } = await updates.subscribe(this.guildId, ({ entries }) => this.receive(entries));
      if (this.closed) return stop();
      this.stop = stop;
    }
    if (after === undefined) return;
    // Of an entry that was received meanwhile that is the newer state.
    for (const entry of await changes.entriesSince(this.guildId, after))
      if (!this.kept?.has(entry.id)) this.receive([entry]);
  }

  goLive(): void {
    const kept = [...(this.kept?.values() ?? [])];
    this.kept = undefined;
    this.receive(kept);
  }

  close(): void {
    this.closed = true;
    this.stop?.();
  }

  private receive(entries: readonly QueueEntry[]): void {
    if (this.kept) for (const entry of entries) this.kept.set(entry.id, entry);
    else if (entries.length > 0) this.send(entries.map(eventOf));
  }
}

const eventOf = (entry: QueueEntry): PublicEvent => ({
  channelId: entry.channelId,
  type: 'queue.updated',
  payload: entry,
});
