import { hourOf } from './iso.js';
import type { PlaceAndTime } from './row-change.js';
import type { HourlyCountRow } from './rows.js';

export type Counted = 'messages' | 'edits' | 'deletions' | 'reactions';

/**
 * What a batch adds to the counts of hours. They are never read: each event is applied in exactly one transaction, the
 * one that moves the checkpoint past it, and only what really changed a row is counted.
 */
export class HourlyCounts {
  private readonly rowOf = new Map<string, HourlyCountRow>();

  add(what: Counted, { guildId: guild_id, channelId: channel_id, at }: PlaceAndTime): void {
    const hour = hourOf(at);
    const key = `${channel_id} ${hour}`;
    let row = this.rowOf.get(key);
    if (!row) {
      row = { channel_id, hour, guild_id, messages: 0, edits: 0, deletions: 0, reactions: 0 };
      this.rowOf.set(key, row);
    }
    row[what] += 1;
  }

  get rows(): HourlyCountRow[] {
    return [...this.rowOf.values()];
  }
}
