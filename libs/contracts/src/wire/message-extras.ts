import type { JsonObject } from '../events/field-types.js';
import type {
  AttachmentState,
  MessageMentions,
  MessageReference,
  PollState,
  StickerItem,
} from '../events/message-events.js';
import type { Snowflake } from '../snowflake.js';

/**
 * The parts of a message besides its text. Parts that it does not have are absent, and so is a `type` of 0. The same in
 * Socket.IO, SSE, REST and webhooks.
 */
export interface MessageExtras {
  /** Discord's message type number. */
  type?: number;
  flags?: number;
  attachments?: AttachmentState[];
  embeds?: JsonObject[];
  /** Discord's components, as Discord sends them; with flag 32768 they are the whole content of the message. */
  components?: JsonObject[];
  stickers?: StickerItem[];
  poll?: PollState;
  mentions?: MessageMentions;
  /** The message that it answers, or that a system message refers to. */
  replyTo?: { messageId: Snowflake; channelId: Snowflake };
  /**
   * The message that it answers or forwards, in Discord's form. The content of a forwarded message belongs to someone else and
   * is not included: ADR 36.
   */
  reference?: MessageReference;
  /** Present if a webhook or an application wrote the message. */
  webhookId?: Snowflake;
}

/** In an update, an absent field has not changed, and an empty one (0 or an empty list) is removed. */
export type ChangedExtras = Omit<MessageExtras, 'type' | 'replyTo' | 'reference' | 'webhookId'>;

/** As stored in rows: null means "not known" or "none". */
export interface KnownExtras {
  type: number | null;
  flags: number | null;
  attachments: AttachmentState[] | null;
  embeds: JsonObject[] | null;
  components: JsonObject[] | null;
  stickers: StickerItem[] | null;
  poll: PollState | null;
  mentions: MessageMentions | null;
  reference: MessageReference | null;
  webhookId: Snowflake | null;
}

/** The parts that exist, and nothing else. */
export function messageExtras(known: KnownExtras): MessageExtras {
  const extras: MessageExtras = {};
  if (known.type) extras.type = known.type;
  if (known.flags) extras.flags = known.flags;
  if (known.attachments?.length) extras.attachments = known.attachments;
  if (known.embeds?.length) extras.embeds = known.embeds;
  if (known.components?.length) extras.components = known.components;
  if (known.stickers?.length) extras.stickers = known.stickers;
  if (known.poll) extras.poll = known.poll;
  if (known.mentions && mentionsAnybody(known.mentions)) extras.mentions = known.mentions;
  const { type, messageId, channelId } = known.reference ?? {};
  if (type === 'default' && messageId && channelId) extras.replyTo = { messageId, channelId };
  if (known.reference) extras.reference = known.reference;
  if (known.webhookId !== null) extras.webhookId = known.webhookId;
  return extras;
}

const mentionsAnybody = ({ users, roles, channels, everyone }: MessageMentions): boolean =>
  everyone || users.length + roles.length + channels.length > 0;
