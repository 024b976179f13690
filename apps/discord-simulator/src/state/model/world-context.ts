import type { ChannelHistory } from './channel-history.js';
import type { FactBody } from './facts.js';
import type {
  ChannelRecord,
  GuildRecord,
  MemberRecord,
  MessageRecord,
  StickerItemRecord,
  ChannelOrThread,
  ThreadRecord,
  UserRecord,
} from './records.js';
import type { Snowflake } from './snowflakes.js';
import type { NewMessage } from './world-types.js';

/** The view that the parts of the world (threads, members, …) have of the whole and of each other. */
export interface WorldContext {
  readonly guilds: Map<Snowflake, GuildRecord>;
  readonly users: ReadonlyMap<Snowflake, UserRecord>;
  readonly members: {
    find(guildId: Snowflake, userId: Snowflake): MemberRecord | null;
    get(guildId: Snowflake, userId: Snowflake): MemberRecord;
    roleIdsOf(guild: GuildRecord, userId: Snowflake): readonly Snowflake[];
    removeRole(guildId: Snowflake, roleId: Snowflake): void;
  };
  readonly threads: {
    addAuthor(place: ChannelOrThread, authorId: Snowflake): void;
    removeMember(guildId: Snowflake, userId: Snowflake): void;
  };
  readonly system: {
    joined(guildId: Snowflake, userId: Snowflake): void;
    pinned(channel: ChannelOrThread, messageId: Snowflake, byId: Snowflake): void;
    threadStarted(thread: ThreadRecord): void;
  };
  readonly stickers: { items(ids: readonly Snowflake[]): StickerItemRecord[] };
  readonly voice: { leave(guildId: Snowflake, userId: Snowflake): boolean };
  /** The user of the bot's tokens. */
  readonly bot: UserRecord;
  guild(id: Snowflake): GuildRecord;
  channel(id: Snowflake): ChannelRecord;
  /** The channel itself, or a thread's channel. */
  channelOf(place: ChannelOrThread): ChannelRecord;
  /** A channel that can have threads now. @throws WorldError */
  openThreadParent(id: Snowflake): ChannelRecord;
  /** A channel that accepts messages now. @throws WorldError */
  openTextChannel(id: Snowflake): ChannelOrThread;
  /** The channels and threads of a guild that accept messages. */
  textChannelsOf(guildId: Snowflake): ChannelOrThread[];
  user(id: Snowflake): UserRecord;
  createMessage(channelId: Snowflake, input: NewMessage): MessageRecord;
  message(channelId: Snowflake, id: Snowflake): MessageRecord;
  history(channelId: Snowflake): ChannelHistory;
  removeHistory(id: Snowflake): void;
  /** Epoch milliseconds; in the past while history is created. */
  nowMs(): number;
  newId(): Snowflake;
  /** Notifies the listeners, directly after the change. */
  emit(body: FactBody): void;
}
