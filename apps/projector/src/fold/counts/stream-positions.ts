import type { Snowflake } from '@discord-relay/contracts';
import { STREAM_POSITIONS } from '@discord-relay/read-model/tables';
import type { RowModel } from '../shared/row-model.js';
import { insert, type RowWrite } from '../shared/row-write.js';
import type { PositionRow } from '../shared/rows.js';

/** An event of the guild was received in this hour. */
export type PositionOp = { model: 'positions'; op: 'mark'; guildId: Snowflake; hour: string };

/** The first event of each guild and hour in a batch. */
export class StreamPositions implements RowModel<PositionOp> {
  private readonly rowOf = new Map<string, PositionRow>();

  apply({ guildId: guild_id, hour }: PositionOp, seq: number): void {
    const key = `${guild_id} ${hour}`;
    if (!this.rowOf.has(key)) this.rowOf.set(key, { guild_id, hour, seq });
  }

  writes(): RowWrite[] {
    return [insert(STREAM_POSITIONS, this.rows, EARLIEST)];
  }

  get rows(): PositionRow[] {
    return [...this.rowOf.values()];
  }
}

/** A retried event may turn out to be the first of its hour. */
const EARLIEST = `ON CONFLICT (guild_id, hour) DO UPDATE SET seq = EXCLUDED.seq
  WHERE EXCLUDED.seq < stream_positions.seq`;
