import { ChannelType } from 'discord-api-types/v10';
import type { Fact } from './facts.js';
import type { AttachmentRecord, ChannelRecord, ForumTagRecord, MessageRecord } from './records.js';
import type { Snowflake } from './snowflakes.js';

/** A tag without an id is new. */
export type GivenForumTag = Omit<ForumTagRecord, 'id'> & { id?: Snowflake };
type ChannelFields = Omit<ChannelRecord, 'id' | 'guildId' | 'lastMessageId' | 'availableTags'> & {
  availableTags: GivenForumTag[];
};
export type NewChannel = { name: string } & Partial<ChannelFields>;
export type ChannelPatch = Partial<Omit<ChannelFields, 'type'>>;
export type NewMessage = { authorId: Snowflake; content: string } & Partial<
  Pick<
    MessageRecord,
    | 'replyToId'
    | 'tts'
    | 'nonce'
    | 'embeds'
    | 'system'
    | 'components'
    | 'flags'
    | 'webhook'
    | 'interaction'
    | 'poll'
  >
> & {
    attachments?: Omit<AttachmentRecord, 'id'>[];
    /** Stickers of any guild. */
    stickerIds?: readonly Snowflake[];
    /** Only the first message of a forum post has a given id: the post's. */
    id?: Snowflake;
  };
/** Attachments without an id are new. */
export type MessagePatch = Partial<Pick<MessageRecord, 'content' | 'embeds' | 'components' | 'flags'>> & {
  attachments?: (Omit<AttachmentRecord, 'id'> & { id?: Snowflake })[];
};
export type FactListener = (fact: Fact) => void;

/** Channels that accept messages. */
export const TEXT_TYPES: ReadonlySet<ChannelType> = new Set([
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildVoice,
  ChannelType.GuildStageVoice,
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
]);

/** Whole epoch milliseconds by the monotonic clock, so that changes of the wall clock do not affect them. */
export function epochMs(): number {
  return Math.floor(performance.timeOrigin + performance.now());
}
