import {
  emojiKey,
  type ChangeBody,
  type EmojiKey,
  type Snowflake,
  type WireEmoji,
} from '@discord-relay/contracts';
import type { FeedChain } from './feed-chain.js';
import { HourlyCounts } from './hourly-counts.js';
import { messageChange } from './message-bodies.js';
import {
  createMessage,
  deleteMessage,
  editedLater,
  patchMessage,
  supersededBy,
  type MessageOutcome,
} from './message-rows.js';
import { PollSet, type LoadedPolls } from './poll-set.js';
import { ReactionSet } from './reaction-set.js';
import { RevisionSet } from './revision-set.js';
import type { SeenReaction, TalkChange } from './row-change.js';
import { RowSet } from './row-set.js';
import type { MessageRow, ReactionRow } from './rows.js';
import { sameJson } from './same-json.js';

type MessageKeys = Pick<MessageRow, 'id' | 'guild_id' | 'channel_id'>;

export interface LoadedTalk extends LoadedPolls {
  messages: MessageRow[];
  /** Those of the reactions that the batch adds or takes that are there. */
  reactions: ReactionRow[];
  /** Those of the messages that reactions are put on that were deleted. */
  deletedMessages: Snowflake[];
}

/** Messages and what hangs on them: reactions, votes, what they said before, and the counts of hours. */
export class TalkSet {
  readonly messages: RowSet<Snowflake, MessageRow>;
  readonly revisions = new RevisionSet();
  readonly hourly = new HourlyCounts();
  readonly reactions: ReactionSet;
  readonly polls: PollSet;
  private readonly deleted: ReadonlySet<Snowflake>;

  constructor(
    loaded: LoadedTalk,
    private readonly feeds: FeedChain,
  ) {
    this.messages = new RowSet(loaded.messages, (row) => row.id);
    this.reactions = new ReactionSet(loaded.reactions);
    this.polls = new PollSet(loaded);
    this.deleted = new Set(loaded.deletedMessages);
  }

  apply(change: TalkChange, seq: number): void {
    switch (change.op) {
      case 'create_message':
        return this.message(change.message, seq, (row) => createMessage(row, change.message, seq));
      case 'patch_message':
        return this.message(change.patch, seq, (row) => patchMessage(row, change.patch, seq));
      case 'delete_messages':
        return this.deleteMessages(change, seq);
      case 'put_reaction':
        return this.putReaction(change, seq);
      case 'clear_reactions':
        return this.clearReactions(change, seq);
      case 'put_vote':
        if (!this.isDeleted(change.messageId)) this.polls.vote(change, seq);
        return;
      default:
        return change satisfies never;
    }
  }

  private message(keys: MessageKeys, seq: number, next: (row?: MessageRow) => MessageOutcome | null): void {
    const before = this.messages.get(keys.id);
    let outcome: MessageOutcome | null | undefined;
    this.messages.update(keys.id, seq, (row) => {
      outcome = next(row);
      return outcome?.row ?? null;
    });
    if (outcome) this.changed(before, outcome, seq);
  }

  private changed(before: MessageRow | undefined, { row, patch }: MessageOutcome, seq: number): void {
    const { id, guild_id: guildId, channel_id: channelId } = row;
    this.feeds.tell(guildId, channelId, seq, () => messageChange(before, row, patch));
    if (patch === null) this.hourly.add('messages', { guildId, channelId, at: row.created_at });
    if (editedLater(row.edited_at, before?.edited_at ?? null)) {
      this.hourly.add('edits', { guildId, channelId, at: row.edited_at! });
    }
    const revision = before && supersededBy(before, row);
    if (revision) this.revisions.add(revision);
    const isCounted = row.poll?.results && !sameJson(row.poll.results, before?.poll?.results);
    if (isCounted) this.polls.report(id, row.poll!, seq);
  }

  private deleteMessages(change: TalkChange & { op: 'delete_messages' }, seq: number): void {
    const ids = change.ids.filter((id) => this.deleteMessage(id, change, seq));
    if (ids.length === 0) return;
    const { channelId, guildId } = change;
    this.feeds.tell(guildId, channelId, seq, () => ({
      kind: 'message_delete',
      body: { ids, channelId, serverId: guildId },
    }));
  }

  private deleteMessage(
    id: Snowflake,
    { channelId, guildId, at }: TalkChange & { op: 'delete_messages' },
    seq: number,
  ): boolean {
    const keys = { id, channel_id: channelId, guild_id: guildId };
    const row = this.messages.update(id, seq, (row) => deleteMessage(row, keys, at, seq));
    if (!row) return false;
    this.reactions.clear(id, null);
    this.polls.erase(id);
    if (row.revision > 0) this.revisions.erase(id);
    this.hourly.add('deletions', { guildId, channelId, at });
    return true;
  }

  private putReaction(change: TalkChange & { op: 'put_reaction' }, seq: number): void {
    const { row, present, live } = change;
    if (this.isDeleted(row.message_id) || !this.reactions.put(row, present) || !live) return;
    if (present) this.hourly.add('reactions', live);
    this.feeds.tell(live.guildId, live.channelId, seq, () => reactionChange(row, present, live));
  }

  /** What was there is not read, so a second clearing is told again. */
  private clearReactions(change: TalkChange & { op: 'clear_reactions' }, seq: number): void {
    const { messageId, emoji, live } = change;
    this.reactions.clear(messageId, emoji && emojiKey(emoji));
    if (!live || this.isDeleted(messageId)) return;
    const { guildId: serverId, channelId } = live;
    this.feeds.tell(serverId, channelId, seq, () => ({
      kind: 'reaction_clear',
      body: { messageId, channelId, serverId, emoji: emoji && wireEmoji(emoji) },
    }));
  }

  /** History is read beside the live stream: a message may be deleted before what hung on it arrives. */
  private isDeleted(id: Snowflake): boolean {
    const row = this.messages.get(id);
    return row ? row.deleted_at !== null : this.deleted.has(id);
  }
}

function reactionChange(row: ReactionRow, present: boolean, seen: SeenReaction): ChangeBody {
  const { message_id: messageId, user_id: userId, burst } = row;
  const { channelId, guildId: serverId } = seen;
  const body = { messageId, channelId, serverId, userId, emoji: wireEmoji(seen.emoji), burst };
  return { kind: present ? 'reaction_add' : 'reaction_remove', body };
}

const wireEmoji = ({ id, name }: EmojiKey): WireEmoji => ({ id, name });
