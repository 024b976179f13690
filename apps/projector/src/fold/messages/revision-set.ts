import type { Snowflake } from '@discord-relay/contracts';
import type { RevisionRow } from '../shared/rows.js';

/** Previous contents of messages. Revisions are only appended: the message's own row has their number. */
export class RevisionSet {
  private readonly rows = new Map<Snowflake, RevisionRow[]>();
  private readonly erasedIds = new Set<Snowflake>();

  add(row: RevisionRow): void {
    const rows = this.rows.get(row.message_id);
    if (rows) rows.push(row);
    else this.rows.set(row.message_id, [row]);
  }

  /** The message was deleted: the times of its revisions stay, their contents do not. */
  erase(messageId: Snowflake): void {
    this.erasedIds.add(messageId);
    const rows = this.rows.get(messageId) ?? [];
    this.rows.set(
      messageId,
      rows.map((row) => ({ ...row, content: null })),
    );
  }

  get added(): RevisionRow[] {
    return [...this.rows.values()].flat();
  }

  /** Messages whose revisions from before the batch lose their content. */
  get erased(): Snowflake[] {
    return [...this.erasedIds];
  }
}
