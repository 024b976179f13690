import {
  emojiKey,
  type ChangeBody,
  type EmojiKey,
  type Snowflake,
  type WireEmoji,
} from '@discord-relay/contracts';
import { REACTIONS } from '@discord-relay/read-model/tables';
import type { HourlyCounts } from '../counts/hourly-counts.js';
import { mayImportReaction, removedEmoji, removedReaction } from '../messages/imports.js';
import { requireDeletion, requireMessage } from '../messages/message-set.js';
import { type FeedChain, requireChannelFeed } from '../shared/feed-chain.js';
import type { RowModel, RequireRows } from '../shared/row-model.js';
import type { LoadedRows, RowRead } from '../shared/row-read.js';
import type { RowWrite } from '../shared/row-write.js';
import type { MessageRow, ReactionRow } from '../shared/rows.js';
import type { ReactionOp, SeenReaction } from './ops.js';
import { reactionWrites } from './writes.js';

const READ_REACTIONS: RowRead<typeof REACTIONS, [Snowflake, string, Snowflake, boolean]> = {
  name: 'read_reactions',
  table: REACTIONS,
  where: `(message_id, emoji_key, user_id, burst) IN
    (SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::boolean[]))`,
};

export const requiredByReactions: RequireRows<ReactionOp> = (op, required) => {
  const messageId = op.op === 'put' ? op.row.message_id : op.messageId;
  if (op.op === 'import') return requireMessage(required, messageId);
  if (op.op === 'put' || op.live) requireDeletion(required, messageId);
  if (!op.live) return;
  requireChannelFeed(required, op.live.channelId, op.live.guildId);
  if (op.op === 'clear') return;
  const { message_id, emoji_key, user_id, burst } = op.row;
  required.add(READ_REACTIONS, message_id, emoji_key, user_id, burst);
};

/** A batch's effect on the reactions of one message. */
interface MessageReactions {
  /** All earlier reactions are removed. */
  clearedAll: boolean;
  /** All earlier reactions with these emoji are removed. */
  clearedEmoji: Set<string>;
  /** All earlier reactions that were imported are removed. */
  clearedImported: boolean;
  /** Reactions whose presence is known, according to the last event. */
  known: Map<string, { row: ReactionRow; present: boolean }>;
}

const nothingKnown = (): MessageReactions => ({
  clearedAll: false,
  clearedEmoji: new Set(),
  clearedImported: false,
  known: new Map(),
});

const keyOnMessage = (row: ReactionRow): string => `${row.emoji_key} ${row.user_id} ${row.burst}`;

/**
 * The final state of a batch's reactions: each event states that certain reactions exist or do not exist, regardless of
 * earlier events. Removals are written first, then additions. Stored reactions are read only if an event names them, to find
 * out whether it changed anything.
 */
export class ReactionSet implements RowModel<ReactionOp> {
  private readonly messages = new Map<Snowflake, MessageReactions>();
  /** Stored reactions that events name -> whether only an import supplied them. */
  private readonly before: ReadonlyMap<string, boolean>;

  constructor(
    loaded: LoadedRows,
    private readonly feeds: FeedChain,
    private readonly counts: HourlyCounts,
    private readonly messageOf: (messageId: Snowflake) => MessageRow | undefined,
    private readonly isDeleted: (messageId: Snowflake) => boolean,
  ) {
    const rows = loaded.of(READ_REACTIONS);
    this.before = new Map(rows.map((row) => [`${row.message_id} ${keyOnMessage(row)}`, row.imported]));
  }

  apply(op: ReactionOp, seq: number): void {
    if (op.op === 'put') this.putReaction(op, seq);
    else if (op.op === 'import') this.importReactions(op.messageId, op.rows);
    else this.clearReactions(op, seq);
  }

  writes(): RowWrite[] {
    return reactionWrites(this);
  }

  deleted(messageId: Snowflake): void {
    this.clear(messageId, null);
  }

  /** The creation was observed, and with it all reactions. */
  importReplaced(messageId: Snowflake): void {
    const reactions = this.of(messageId);
    reactions.clearedImported = true;
    for (const [key, { row }] of reactions.known) if (row.imported) reactions.known.delete(key);
  }

  private importReactions(messageId: Snowflake, rows: readonly ReactionRow[]): void {
    const message = this.messageOf(messageId);
    const { known } = this.of(messageId);
    for (const row of rows) {
      const { emoji_key: emoji, user_id: userId, burst } = row;
      const keys = [removedEmoji(emoji), removedReaction({ emoji, userId, burst })];
      if (!mayImportReaction(message, keys)) continue;
      const key = keyOnMessage(row);
      // What this batch knows was observed, or imported before.
      if (!known.has(key)) known.set(key, { row, present: true });
    }
  }

  /** Returns whether this is a change. */
  private put(row: ReactionRow, present: boolean): boolean {
    const reactions = this.of(row.message_id);
    const key = keyOnMessage(row);
    const was = reactions.known.get(key)?.present ?? this.wasBefore(reactions, row, key);
    reactions.known.set(key, { row, present });
    return present !== was;
  }

  /** `emoji` null: all of them. */
  private clear(messageId: Snowflake, emoji: string | null): void {
    const { known, clearedEmoji } = this.of(messageId);
    if (emoji === null) {
      this.messages.set(messageId, { ...nothingKnown(), clearedAll: true });
      return;
    }
    clearedEmoji.add(emoji);
    for (const [key, { row }] of known) if (row.emoji_key === emoji) known.delete(key);
  }

  /** Messages that lose all reactions they had before the batch. */
  get clearedMessages(): Snowflake[] {
    return [...this.messages].filter(([, { clearedAll }]) => clearedAll).map(([id]) => id);
  }

  /** Messages that lose the reactions that were imported before the batch. */
  get replacedImports(): Snowflake[] {
    return [...this.messages].filter(([, { clearedImported }]) => clearedImported).map(([id]) => id);
  }

  /** Imported reactions that were observed now. */
  get confirmed(): ReactionRow[] {
    return this.added.filter(
      (row) => !row.imported && this.before.get(`${row.message_id} ${keyOnMessage(row)}`),
    );
  }

  get clearedEmoji(): Pick<ReactionRow, 'message_id' | 'emoji_key'>[] {
    return [...this.messages].flatMap(([message_id, { clearedEmoji }]) =>
      [...clearedEmoji].map((emoji_key) => ({ message_id, emoji_key })),
    );
  }

  get removed(): ReactionRow[] {
    return this.known(false);
  }

  get added(): ReactionRow[] {
    return this.known(true);
  }

  private putReaction({ row, present, live }: ReactionOp & { op: 'put' }, seq: number): void {
    if (this.isDeleted(row.message_id) || !this.put(row, present) || !live) return;
    if (present) this.counts.add('reactions', live);
    this.feeds.announce(live.guildId, live.channelId, seq, () => reactionChange(row, present, live));
  }

  /** Earlier reactions are not read, so a second clearing is announced again. */
  private clearReactions({ messageId, emoji, live }: ReactionOp & { op: 'clear' }, seq: number): void {
    this.clear(messageId, emoji && emojiKey(emoji));
    if (!live || this.isDeleted(messageId)) return;
    const { guildId: serverId, channelId } = live;
    this.feeds.announce(serverId, channelId, seq, () => ({
      kind: 'reaction_clear',
      body: { messageId, channelId, serverId, emoji: emoji && wireEmoji(emoji) },
    }));
  }

  private wasBefore(reactions: MessageReactions, row: ReactionRow, key: string): boolean {
    const { clearedAll, clearedEmoji, clearedImported } = reactions;
    if (clearedAll || clearedEmoji.has(row.emoji_key)) return false;
    const imported = this.before.get(`${row.message_id} ${key}`);
    return imported !== undefined && !(imported && clearedImported);
  }

  private known(required: boolean): ReactionRow[] {
    return [...this.messages.values()].flatMap(({ known }) =>
      [...known.values()].filter(({ present }) => present === required).map(({ row }) => row),
    );
  }

  private of(messageId: Snowflake): MessageReactions {
    let reactions = this.messages.get(messageId);
    if (!reactions) {
      reactions = nothingKnown();
      this.messages.set(messageId, reactions);
    }
    return reactions;
  }
}

function reactionChange(row: ReactionRow, present: boolean, seen: SeenReaction): ChangeBody {
  const { message_id: messageId, user_id: userId, burst } = row;
  const { channelId, guildId: serverId } = seen;
  const body = { messageId, channelId, serverId, userId, emoji: wireEmoji(seen.emoji), burst };
  return { kind: present ? 'reaction_add' : 'reaction_remove', body };
}

const wireEmoji = ({ id, name }: EmojiKey): WireEmoji => ({ id, name });
