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
import type { LoadedRows, RequiredRows, RowRead } from '../shared/row-read.js';
import type { RowWrite } from '../shared/row-write.js';
import type { MessageRow, PastReactionRow, ReactionRow } from '../shared/rows.js';
import type { ReactionOp, SeenReaction } from './ops.js';
import { type ClearedReactions, type EndedReaction, reactionWrites } from './writes.js';

const READ_REACTIONS: RowRead<typeof REACTIONS, [Snowflake, string, Snowflake, boolean]> = {
  name: 'read_reactions',
  table: REACTIONS,
  where: `(message_id, emoji_key, user_id, burst) IN
    (SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::boolean[]))`,
};

export const requiredByReactions: RequireRows<ReactionOp> = (op, required) => {
  const messageId = op.op === 'put' ? op.row.message_id : op.messageId;
  if (op.op === 'import') {
    requireMessage(required, messageId);
    for (const row of op.rows) requireReaction(required, row);
    return;
  }
  if (op.op === 'put' || op.live) requireDeletion(required, messageId);
  if (!op.live) return;
  requireChannelFeed(required, op.live.channelId, op.live.guildId);
  if (op.op === 'clear') return;
  requireReaction(required, op.row);
};

const requireReaction = (required: RequiredRows, row: ReactionRow): void =>
  required.add(READ_REACTIONS, row.message_id, row.emoji_key, row.user_id, row.burst);

/** A batch's effect on the reactions of one message. */
interface MessageReactions {
  /** What ended reactions from before the batch, in order. */
  cleared: ClearedReactions[];
  /** Reactions whose presence is known, according to the last event. */
  known: Map<string, KnownReaction>;
}

interface KnownReaction {
  row: ReactionRow;
  present: boolean;
  /** The event of the batch that added the reaction; null: it is older, or not present. */
  since: number | null;
}

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
  readonly past = new PastReactions();

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
    else if (op.op === 'import') this.importReactions(op, seq);
    else this.clearReactions(op, seq);
  }

  writes(): RowWrite[] {
    const { confirmed, cleared, added } = this;
    const { ended, rows: past, erased } = this.past;
    return reactionWrites({ confirmed, ended, cleared, added, past, erased });
  }

  deleted(messageId: Snowflake): void {
    this.messages.delete(messageId);
    this.past.erase(messageId);
  }

  /** The creation was observed, and with it all reactions. */
  importReplaced(messageId: Snowflake, seq: number): void {
    this.clear(messageId, { emoji: null, imported: true }, seq);
  }

  private importReactions({ messageId, rows }: ReactionOp & { op: 'import' }, seq: number): void {
    const message = this.messageOf(messageId);
    const reactions = this.of(messageId);
    for (const row of rows) {
      const { emoji_key: emoji, user_id: userId, burst } = row;
      const keys = [removedEmoji(emoji), removedReaction({ emoji, userId, burst })];
      if (!mayImportReaction(message, keys)) continue;
      const key = keyOnMessage(row);
      // What this batch knows was observed, or imported before.
      if (reactions.known.has(key)) continue;
      const was = this.knownBefore(reactions, row);
      reactions.known.set(key, was.present ? was : { row, present: true, since: seq });
    }
  }

  /** Returns whether this is a change. */
  private put(row: ReactionRow, present: boolean, seq: number): boolean {
    const reactions = this.of(row.message_id);
    const key = keyOnMessage(row);
    const was = reactions.known.get(key) ?? this.knownBefore(reactions, row);
    const isChange = present !== was.present;
    if (isChange && !present) this.past.end(was, seq);
    const since = present && isChange ? seq : was.since;
    reactions.known.set(key, { row, present, since: present ? since : null });
    return isChange;
  }

  /** `emoji` null: with any; `imported`: only those that an import supplied. */
  private clear(
    messageId: Snowflake,
    { emoji, imported }: { emoji: string | null; imported: boolean },
    seq: number,
  ): void {
    const { known, cleared } = this.of(messageId);
    for (const [key, each] of known) {
      if ((emoji !== null && each.row.emoji_key !== emoji) || (imported && !each.row.imported)) continue;
      if (each.present) this.past.end(each, seq);
      known.delete(key);
    }
    cleared.push({ message_id: messageId, emoji_key: emoji, imported, until_seq: seq });
  }

  get cleared(): ClearedReactions[] {
    return [...this.messages.values()].flatMap(({ cleared }) => cleared);
  }

  get confirmed(): ReactionRow[] {
    return this.known()
      .filter(({ row, present, since }) => present && since === null && !row.imported)
      .map(({ row }) => row)
      .filter((row) => this.before.get(`${row.message_id} ${keyOnMessage(row)}`));
  }

  /** Reactions that the batch added. */
  get added(): (ReactionRow & { seq: number })[] {
    return this.known().flatMap(({ row, since }) => (since === null ? [] : [{ ...row, seq: since }]));
  }

  private putReaction({ row, present, live }: ReactionOp & { op: 'put' }, seq: number): void {
    if (this.isDeleted(row.message_id) || !this.put(row, present, seq) || !live) return;
    if (present) this.counts.add('reactions', live);
    this.feeds.announce(live.guildId, live.channelId, seq, () => reactionChange(row, present, live));
  }

  /** Earlier reactions are not read, so a second clearing is announced again. */
  private clearReactions({ messageId, emoji, live }: ReactionOp & { op: 'clear' }, seq: number): void {
    this.clear(messageId, { emoji: emoji && emojiKey(emoji), imported: false }, seq);
    if (!live || this.isDeleted(messageId)) return;
    const { guildId: serverId, channelId } = live;
    this.feeds.announce(serverId, channelId, seq, () => ({
      kind: 'reaction_clear',
      body: { messageId, channelId, serverId, emoji: emoji && wireEmoji(emoji) },
    }));
  }

  /** A reaction that the batch has not mentioned yet. */
  private knownBefore({ cleared }: MessageReactions, row: ReactionRow): KnownReaction {
    const imported = this.before.get(`${row.message_id} ${keyOnMessage(row)}`);
    if (imported === undefined) return { row, present: false, since: null };
    const isCleared = cleared.some(
      (each) => (each.emoji_key === null || each.emoji_key === row.emoji_key) && (imported || !each.imported),
    );
    return { row: { ...row, imported }, present: !isCleared, since: null };
  }

  private known(): KnownReaction[] {
    return [...this.messages.values()].flatMap(({ known }) => [...known.values()]);
  }

  private of(messageId: Snowflake): MessageReactions {
    let reactions = this.messages.get(messageId);
    if (!reactions) {
      reactions = { cleared: [], known: new Map() };
      this.messages.set(messageId, reactions);
    }
    return reactions;
  }
}

/** The reactions that the batch's events removed. */
class PastReactions {
  /** Reactions from before the batch, of which the rows say since when they existed. */
  readonly ended: EndedReaction[] = [];
  /** Reactions that the batch itself had added. */
  readonly rows: PastReactionRow[] = [];
  private readonly erasedIds = new Set<Snowflake>();

  end({ row, since }: KnownReaction, seq: number): void {
    if (since === null) this.ended.push({ ...row, until_seq: seq });
    else if (since < seq) this.rows.push({ ...row, seq: since, until_seq: seq });
  }

  /** The message was deleted. */
  erase(messageId: Snowflake): void {
    this.erasedIds.add(messageId);
  }

  get erased(): Snowflake[] {
    return [...this.erasedIds];
  }
}

function reactionChange(row: ReactionRow, present: boolean, seen: SeenReaction): ChangeBody {
  const { message_id: messageId, user_id: userId, burst } = row;
  const { channelId, guildId: serverId } = seen;
  const body = { messageId, channelId, serverId, userId, emoji: wireEmoji(seen.emoji), burst };
  return { kind: present ? 'reaction_add' : 'reaction_remove', body };
}

const wireEmoji = ({ id, name }: EmojiKey): WireEmoji => ({ id, name });
