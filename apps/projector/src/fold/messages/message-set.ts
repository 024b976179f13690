import type { Snowflake } from '@discord-relay/contracts';
import { MESSAGE_REVISIONS, MESSAGES } from '@discord-relay/read-model/tables';
import type { HourlyCounts } from '../counts/hourly-counts.js';
import { type FeedChain, requireChannelFeed } from '../shared/feed-chain.js';
import type { RowModel, RequireRows } from '../shared/row-model.js';
import type { LoadedRows, RowRead, RequiredRows } from '../shared/row-read.js';
import { RowSet } from '../shared/row-set.js';
import { byIds, copy, insert, type RowWrite, upsert } from '../shared/row-write.js';
import type { MessageFields, MessageRow } from '../shared/rows.js';
import { messageChange } from './announce.js';
import { deleteMessage, editedLater, type MessageOutcome, supersededBy } from './evolve.js';
import { importMessage, isImported, observeCreation, observePatch, removeReactions } from './imports.js';
import { MessageVersions } from './message-versions.js';
import type { MessageOp } from './ops.js';
import { RevisionSet } from './revision-set.js';

type DeleteOp = MessageOp & { op: 'delete' };
type MessageKeys = Pick<MessageRow, 'id' | 'guild_id' | 'channel_id'>;

const READ_MESSAGES: RowRead<typeof MESSAGES, [Snowflake]> = {
  name: 'read_messages',
  table: MESSAGES,
  where: 'id = ANY($1::bigint[])',
};

const READ_DELETED: RowRead<typeof MESSAGES, [Snowflake]> = {
  name: 'read_deleted_messages',
  table: MESSAGES,
  columns: ['id'],
  where: 'id = ANY($1::bigint[]) AND deleted_at IS NOT NULL',
};

/** For an operation on a part of a message that only needs to know whether the message was deleted. */
export const requireDeletion = (required: RequiredRows, messageId: Snowflake): void =>
  required.add(READ_DELETED, messageId);

export const requireMessage = (required: RequiredRows, messageId: Snowflake): void =>
  required.add(READ_MESSAGES, messageId);

export const requiredByMessages: RequireRows<MessageOp> = (op, required) => {
  switch (op.op) {
    case 'create':
      if (!required.isNewMessage(op.message.id)) requireMessage(required, op.message.id);
      return requireChannelFeed(required, op.message.channel_id, op.message.guild_id);
    case 'import':
      return requireMessage(required, op.message.id);
    case 'remove_reactions':
      return requireMessage(required, op.id);
    case 'patch':
      requireMessage(required, op.patch.id);
      return requireChannelFeed(required, op.patch.channel_id, op.patch.guild_id);
    case 'delete':
      for (const id of op.ids) requireMessage(required, id);
      return requireChannelFeed(required, op.channelId, op.guildId);
    default:
      return op satisfies never;
  }
};

/** Parts of a message in other tables, which follow the message's row. */
export interface MessageParts {
  /** Called when the row of a message was written. */
  changed?(before: MessageRow | undefined, row: MessageRow, seq: number): void;
  deleted(messageId: Snowflake): void;
  /** Called when the creation of a message was observed that was only known from an import. */
  importReplaced?(messageId: Snowflake, seq: number): void;
}

/** Messages, and the contents that edits replaced. */
export class MessageSet implements RowModel<MessageOp> {
  readonly rows: RowSet<Snowflake, MessageRow>;
  readonly revisions = new RevisionSet();
  private readonly versions = new MessageVersions();
  private readonly deletedBefore: ReadonlySet<Snowflake>;

  constructor(
    loaded: LoadedRows,
    private readonly feeds: FeedChain,
    private readonly counts: HourlyCounts,
    private readonly parts: readonly MessageParts[],
  ) {
    this.rows = new RowSet(loaded.of(READ_MESSAGES), (row) => row.id);
    this.deletedBefore = new Set(loaded.of(READ_DELETED).map(({ id }) => id));
  }

  apply(op: MessageOp, seq: number): void {
    switch (op.op) {
      case 'create':
        return this.update(op.message, seq, (row) => observeCreation(row, op.message, seq));
      case 'import':
        return this.import(op.message, seq);
      case 'remove_reactions': {
        const ids = { id: op.id, channel_id: op.channelId, guild_id: op.guildId };
        const before = this.rows.get(op.id);
        const row = this.rows.update(op.id, seq, () => removeReactions(before, ids, op.removed, seq));
        if (row && before) this.versions.replaced(before, seq);
        return;
      }
      case 'patch':
        return this.update(op.patch, seq, (row) => observePatch(row, op.patch, seq));
      case 'delete':
        return this.deleteAll(op, seq);
      default:
        return op satisfies never;
    }
  }

  writes(): RowWrite[] {
    return [
      copy(MESSAGES, this.rows.added()),
      upsert(MESSAGES, this.rows.replaced()),
      byIds('erase_revisions', ERASE_REVISIONS, this.revisions.erased),
      insert(MESSAGE_REVISIONS, this.revisions.added),
      ...this.versions.writes(),
    ];
  }

  /** History is read beside live events: a message may be deleted before its parts arrive. */
  isDeleted(id: Snowflake): boolean {
    const row = this.rows.get(id);
    return row ? row.deleted_at !== null : this.deletedBefore.has(id);
  }

  private update(keys: MessageKeys, seq: number, next: (row?: MessageRow) => MessageOutcome | null): void {
    const before = this.rows.get(keys.id);
    let outcome: MessageOutcome | null | undefined;
    this.rows.update(keys.id, seq, (row) => {
      outcome = next(row);
      return outcome?.row ?? null;
    });
    if (outcome) this.changed(before, outcome, seq);
  }

  /** Old messages are not news: nothing is announced. */
  private import(message: MessageFields, seq: number): void {
    const before = this.rows.get(message.id);
    const row = this.rows.update(message.id, seq, (each) => importMessage(each, message, seq));
    if (row) this.recordChange(before, row, seq);
  }

  private changed(before: MessageRow | undefined, { row, patch }: MessageOutcome, seq: number): void {
    const { guild_id: guildId, channel_id: channelId } = row;
    this.feeds.announce(guildId, channelId, seq, () => messageChange(before, row, patch));
    this.recordChange(before, row, seq);
    if (isImported(before) && !isImported(row))
      for (const part of this.parts) part.importReplaced?.(row.id, seq);
  }

  private recordChange(before: MessageRow | undefined, row: MessageRow, seq: number): void {
    const { guild_id: guildId, channel_id: channelId } = row;
    const isNew = !row.partial && (before?.partial ?? true);
    if (isNew) this.counts.add('messages', { guildId, channelId, at: row.created_at });
    if (editedLater(row.edited_at, before?.edited_at ?? null)) {
      this.counts.add('edits', { guildId, channelId, at: row.edited_at! });
    }
    const revision = before && supersededBy(before, row);
    if (revision) this.revisions.add(revision);
    if (before) this.versions.replaced(before, seq);
    for (const part of this.parts) part.changed?.(before, row, seq);
  }

  private deleteAll(op: DeleteOp, seq: number): void {
    const ids = op.ids.filter((id) => this.delete(id, op, seq));
    if (ids.length === 0) return;
    const { channelId, guildId } = op;
    this.feeds.announce(guildId, channelId, seq, () => ({
      kind: 'message_delete',
      body: { ids, channelId, serverId: guildId },
    }));
  }

  private delete(id: Snowflake, { channelId, guildId, at }: DeleteOp, seq: number): boolean {
    const keys = { id, channel_id: channelId, guild_id: guildId };
    const before = this.rows.get(id);
    const row = this.rows.update(id, seq, () => deleteMessage(before, keys, at, seq));
    if (!row) return false;
    if (before) this.versions.erase(before);
    for (const part of this.parts) part.deleted(id);
    if (row.revision > 0) this.revisions.erase(id);
    this.counts.add('deletions', { guildId, channelId, at });
    return true;
  }
}

const ERASE_REVISIONS = 'UPDATE message_revisions SET content = NULL WHERE message_id = ANY($1::bigint[])';
