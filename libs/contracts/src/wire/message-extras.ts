import type { JsonObject } from '../events/json.js';
import type { AttachmentState, MessageMentions, PollState, StickerItem } from '../events/message-events.js';
import type { Snowflake } from '../snowflake.js';

/** What a page shows of a message beside its text: what there is none of is absent, and so is a `type` of 0. */
export interface MessageExtras {
  /** Discord's message type number. */
  type?: number;
  flags?: number;
  attachments?: AttachmentState[];
  embeds?: JsonObject[];
  stickers?: StickerItem[];
  poll?: PollState;
  mentions?: MessageMentions;
  /** The message that it answers, or that a notice of Discord's is about. */
  replyTo?: { messageId: Snowflake; channelId: Snowflake };
}

/** In an update: what is absent has not changed, what is empty (0, a list without items) is gone. */
export type ChangedExtras = Omit<MessageExtras, 'type' | 'replyTo'>;
