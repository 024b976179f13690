import type { JsonObject } from '../events/json.js';
import type {
  AttachmentState,
  MessageMentions,
  MessageReference,
  PollState,
  StickerItem,
} from '../events/message-events.js';
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

/** As rows know them: null stands for "not known", and for "none". */
export interface KnownExtras {
  type: number | null;
  flags: number | null;
  attachments: AttachmentState[] | null;
  embeds: JsonObject[] | null;
  stickers: StickerItem[] | null;
  poll: PollState | null;
  mentions: MessageMentions | null;
  reference: MessageReference | null;
}

/** What is there, and nothing else. */
export function messageExtras(known: KnownExtras): MessageExtras {
  const extras: MessageExtras = {};
  if (known.type) extras.type = known.type;
  if (known.flags) extras.flags = known.flags;
  if (known.attachments?.length) extras.attachments = known.attachments;
  if (known.embeds?.length) extras.embeds = known.embeds;
  if (known.stickers?.length) extras.stickers = known.stickers;
  if (known.poll) extras.poll = known.poll;
  if (known.mentions && mentionsAnybody(known.mentions)) extras.mentions = known.mentions;
  const { type, messageId, channelId } = known.reference ?? {};
  if (type === 'default' && messageId && channelId) extras.replyTo = { messageId, channelId };
  return extras;
}

const mentionsAnybody = ({ users, roles, channels, everyone }: MessageMentions): boolean =>
  everyone || users.length + roles.length + channels.length > 0;
