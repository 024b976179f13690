import { ChannelType } from 'discord-api-types/v10';
import type { Fact } from './facts.js';
import type { AttachmentRecord, ChannelRecord, MessageRecord } from './records.js';
import type { Snowflake } from './snowflakes.js';

export type NewChannel = { name: string } & Partial<Omit<ChannelRecord, 'id' | 'guildId' | 'lastMessageId'>>;
export type ChannelPatch = Partial<Omit<ChannelRecord, 'id' | 'guildId' | 'lastMessageId' | 'type'>>;
export type NewMessage = { authorId: Snowflake; content: string } & Partial<
  Pick<
    MessageRecord,
    'replyToId' | 'tts' | 'nonce' | 'embeds' | 'system' | 'components' | 'flags' | 'webhook' | 'interaction'
  >
> & { attachments?: Omit<AttachmentRecord, 'id'>[] };
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
