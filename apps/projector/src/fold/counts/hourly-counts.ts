import type { Snowflake } from '@discord-relay/contracts';
import { HOURLY_COUNTS } from '@discord-relay/read-model/tables';
import { hourOf } from '../shared/iso.js';
import { insert, type RowWrite } from '../shared/row-write.js';
import type { HourlyCountRow } from '../shared/rows.js';

/** Place and time of a counted event. */
export interface PlaceAndTime {
  guildId: Snowflake;
  channelId: Snowflake;
  at: string;
}

export type Counted = 'messages' | 'edits' | 'deletions' | 'reactions';

/**
 * A batch's increments to the hourly counts. Counts are never read: each event is applied in exactly one transaction, the one
 * that moves the checkpoint past it, and only real changes of a row are counted.
 */
export class HourlyCounts {
  private readonly rowsOf = new Map<Snowflake, Map<string, HourlyCountRow>>();

  add(what: Counted, { guildId: guild_id, channelId: channel_id, at }: PlaceAndTime): void {
    const row = this.rowOf(channel_id, hourOf(at), guild_id);
    row[what] += 1;
  }

  writes(): RowWrite[] {
    return [insert(HOURLY_COUNTS, this.rows, ADD)];
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

const ADD = `ON CONFLICT (channel_id, hour) DO UPDATE SET messages = hourly_counts.messages + EXCLUDED.messages,
  edits = hourly_counts.edits + EXCLUDED.edits, deletions = hourly_counts.deletions + EXCLUDED.deletions,
  reactions = hourly_counts.reactions + EXCLUDED.reactions`;
