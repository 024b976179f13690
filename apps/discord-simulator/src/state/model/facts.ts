import type {
  AuditEntryRecord,
  ChannelRecord,
  CommandRecord,
  EmojiRecord,
  GuildRecord,
  InviteRecord,
  MemberRecord,
  MessageRecord,
  ChannelOrThread,
  RoleRecord,
  ThreadRecord,
  UserRecord,
  VoiceRecord,
  WebhookRecord,
} from './records.js';
import type { Snowflake } from './snowflakes.js';

/** `history` facts are dated before the simulator's first start: recorded, never dispatched. */
export type FactOrigin = 'live' | 'history';

/** Every change of the world. Records are the state directly after the change. */
export type FactBody =
  | { kind: 'user.created'; user: UserRecord }
  | ApplicationFact
  | GuildFact
  | { kind: 'channel.created' | 'channel.updated' | 'channel.deleted'; channel: ChannelRecord }
  | { kind: 'message.created' | 'message.updated'; message: MessageRecord; channel: ChannelOrThread }
  | { kind: 'message.deleted'; messageId: Snowflake; channel: ChannelOrThread }
  | { kind: 'message.bulk_deleted'; messageIds: Snowflake[]; channel: ChannelOrThread }
  | { kind: 'channel.pins_updated'; channel: ChannelOrThread }
  | { kind: 'invite.created' | 'invite.deleted'; invite: InviteRecord }
  | ReactionFact
  | PollFact
  | ThreadFact
  | PeopleFact;

/** Changes of a guild itself. */
export interface GuildFact {
  kind:
    | 'guild.created'
    | 'guild.updated'
    | 'guild.available'
    | 'guild.unavailable'
    | 'guild.deleted'
    | 'stickers.updated';
  guild: GuildRecord;
}

/** Changes of the bot's application. */
export type ApplicationFact =
  | { kind: 'command.put' | 'command.deleted'; command: CommandRecord }
  | { kind: 'webhook.created' | 'webhook.updated' | 'webhook.deleted'; webhook: WebhookRecord };

export type ThreadFact =
  | { kind: 'thread.created' | 'thread.deleted'; thread: ThreadRecord }
  | { kind: 'thread.updated'; thread: ThreadRecord; isReopened: boolean }
  | { kind: 'thread.member_added' | 'thread.member_removed'; thread: ThreadRecord; userId: Snowflake };

export type PeopleFact =
  | { kind: 'role.created' | 'role.updated' | 'role.deleted'; guild: GuildRecord; role: RoleRecord }
  | { kind: 'member.joined' | 'member.updated' | 'member.left'; member: MemberRecord }
  | { kind: 'ban.added' | 'ban.removed'; guildId: Snowflake; userId: Snowflake; reason: string | null }
  | { kind: 'audit.logged'; entry: AuditEntryRecord }
  | VoiceFact;

export interface VoiceFact {
  kind: 'voice.joined' | 'voice.moved' | 'voice.left' | 'voice.updated';
  state: VoiceRecord;
  fromChannelId: Snowflake | null;
}

/** `message` contains the reactions after the change; `emoji` null means all of them. */
export type ReactionFact =
  | {
      kind: 'reaction.added' | 'reaction.removed';
      message: MessageRecord;
      channel: ChannelOrThread;
      userId: Snowflake;
      emoji: EmojiRecord;
      burst: boolean;
    }
  | { kind: 'reaction.cleared'; message: MessageRecord; channel: ChannelOrThread; emoji: EmojiRecord | null };

/** `message` contains the votes after the change. */
export interface PollFact {
  kind: 'poll.vote_added' | 'poll.vote_removed';
  message: MessageRecord;
  channel: ChannelOrThread;
  userId: Snowflake;
  answerId: number;
}

/** `atMs`: epoch milliseconds with a fraction. */
export type Fact = FactBody & { atMs: number; origin: FactOrigin };
export type FactKind = Fact['kind'];
