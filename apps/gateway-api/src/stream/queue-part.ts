import type { QueueEntry, Snowflake, PublicEvent } from '@discord-relay/contracts';
import type { QueueUpdates } from '../queue/live/queue-updates.js';
import type { QueueChanges } from '../queue/queue-changes.js';

/** What streams need from the support queue. */
export interface QueueSources {
  updates: Pick<QueueUpdates, 'subscribe'>;
  changes: Pick<QueueChanges, 'entriesSince'>;
}

/**
 * The support queue in one stream. Its events carry complete states, so they are not part of the stream's chain. Until the
 * stream is live, the newest state of each entry is kept.
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

  /** Receives updates from now on and, given a cursor, everything that changed since. @throws AppError */
  async open(after: number | undefined): Promise<void> {
    const { updates, changes } = this.sources;
    if (!this.stop) {
      const { stop } = await updates.subscribe(this.guildId, ({ entries }) => this.receive(entries));
      if (this.closed) return stop();
      this.stop = stop;
    }
    if (after === undefined) return;
    // An update that arrived meanwhile is newer.
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
