import type { JsonObject } from '../events/json.js';
import type {
  AttachmentState,
  MessageMentions,
  MessageReference,
  PollState,
  StickerItem,
} from '../events/message-events.js';
import type { Snowflake } from '../snowflake.js';

/**
 * What a message has beside its text: what there is none of is absent, and so is a `type` of 0. The same on every way to a
 * client.
 */
export interface MessageExtras {
  /** Discord's message type number. */
  type?: number;
  flags?: number;
  attachments?: AttachmentState[];
  embeds?: JsonObject[];
  /** Discord's components, as it sends them; with `flags` 32768 they are all that the message says. */
  components?: JsonObject[];
  stickers?: StickerItem[];
  poll?: PollState;
  mentions?: MessageMentions;
  /** The message that it answers, or that a notice of Discord's is about. */
  replyTo?: { messageId: Snowflake; channelId: Snowflake };
  /** What it answers or forwards, as Discord names it. What a forward shows is another's and is not here: ADR 36. */
  reference?: MessageReference;
  /** Absent unless a webhook or an application wrote it. */
  webhookId?: Snowflake;
}

/** In an update: what is absent has not changed, what is empty (0, a list without items) is gone. */
export type ChangedExtras = Omit<MessageExtras, 'type' | 'replyTo' | 'reference' | 'webhookId'>;

/** As rows know them: null stands for "not known", and for "none". */
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

/** What is there, and nothing else. */
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
