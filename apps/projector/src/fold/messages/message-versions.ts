import type { Snowflake } from '@discord-relay/contracts';
import { MESSAGE_VERSIONS, type RowOf } from '@discord-relay/read-model/tables';
import { versionOf } from '../shared/row-versions.js';
import { byIds, copy, type RowWrite } from '../shared/row-write.js';
import type { MessageRow } from '../shared/rows.js';

/** The former rows of messages, from their creation to their deletion. */
export class MessageVersions {
  private readonly rows = new Map<Snowflake, RowOf<typeof MESSAGE_VERSIONS>[]>();
  private readonly erased = new Set<Snowflake>();

  replaced(before: MessageRow, seq: number): void {
    if (before.partial) return;
    const { id, channel_id } = before;
    const row = { message_id: id, until_seq: seq, channel_id, before: versionOf(before) };
    const rows = this.rows.get(id);
    if (rows) rows.push(row);
    else this.rows.set(id, [row]);
  }

  /** A deleted message keeps no earlier content. */
  erase(before: MessageRow): void {
    if (before.seq === before.created_seq) return;
    this.rows.delete(before.id);
    this.erased.add(before.id);
  }

  writes(): RowWrite[] {
    return [
      byIds('erase_message_versions', ERASE, [...this.erased]),
      copy(MESSAGE_VERSIONS, [...this.rows.values()].flat()),
    ];
  }
}

const ERASE = 'DELETE FROM message_versions WHERE message_id = ANY($1::bigint[])';
