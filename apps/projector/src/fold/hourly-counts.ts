import type { Snowflake } from '@discord-relay/contracts';
import { hourOf } from './iso.js';
import type { PlaceAndTime } from './row-change.js';
import type { HourlyCountRow } from './rows.js';

export type Counted = 'messages' | 'edits' | 'deletions' | 'reactions';

/**
 * What a batch adds to the counts of hours. They are never read: each event is applied in exactly one transaction, the
 * one that moves the checkpoint past it, and only what really changed a row is counted.
 */
export class HourlyCounts {
  private readonly rowsOf = new Map<Snowflake, Map<string, HourlyCountRow>>();

  add(what: Counted, { guildId: guild_id, channelId: channel_id, at }: PlaceAndTime): void {
    const row = this.rowOf(channel_id, hourOf(at), guild_id);
    row[what] += 1;
  }

  get rows(): HourlyCountRow[] {
    return [...this.rowsOf.values()].flatMap((hours) => [...hours.values()]);
  }

  private rowOf(channel_id: Snowflake, hour: string, guild_id: Snowflake): HourlyCountRow {
    let hours = this.rowsOf.get(channel_id);
    if (!hours) this.rowsOf.set(channel_id, (hours = new Map<string, HourlyCountRow>()));
    let row = hours.get(hour);
    if (!row) {
      row = { channel_id, hour, guild_id, messages: 0, edits: 0, deletions: 0, reactions: 0 };
      hours.set(hour, row);
    }
    return row;
  }
}
