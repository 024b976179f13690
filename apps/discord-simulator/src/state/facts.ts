import type { ChannelRecord, EmojiRecord, GuildRecord, MessageRecord, UserRecord } from './records.js';
import type { Snowflake } from './snowflakes.js';

/** `history` facts happened before the simulator's first start: recorded, never dispatched. */
export type FactOrigin = 'live' | 'history';

/** Everything that can happen in the world. Records are the state right after the change. */
export type FactBody =
  | { kind: 'user.created'; user: UserRecord }
  | { kind: 'guild.created' | 'guild.updated' | 'guild.available' | 'guild.unavailable'; guild: GuildRecord }
  | { kind: 'guild.deleted'; guild: GuildRecord }
  | { kind: 'channel.created' | 'channel.updated' | 'channel.deleted'; channel: ChannelRecord }
  | { kind: 'message.created' | 'message.updated'; message: MessageRecord; channel: ChannelRecord }
  | { kind: 'message.deleted'; messageId: Snowflake; channel: ChannelRecord }
  | { kind: 'message.bulk_deleted'; messageIds: Snowflake[]; channel: ChannelRecord }
  | ReactionFact;

/** `message` holds the reactions as they are after the change; `emoji` null means all of them. */
export type ReactionFact =
  | {
      kind: 'reaction.added' | 'reaction.removed';
      message: MessageRecord;
      channel: ChannelRecord;
      userId: Snowflake;
      emoji: EmojiRecord;
      burst: boolean;
    }
  | { kind: 'reaction.cleared'; message: MessageRecord; channel: ChannelRecord; emoji: EmojiRecord | null };

/** `atMs`: epoch milliseconds with a fraction. */
export type Fact = FactBody & { atMs: number; origin: FactOrigin };
export type FactKind = Fact['kind'];
