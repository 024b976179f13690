import type {
  AttachmentState,
  MessageBody,
  MessageExtras,
  MessageMentions,
  MessageReference,
  MessageUpdateBody,
  MessagesBulk,
  PollAnswer,
  PollResults,
  PollState,
  Positioned,
  ReactionBody,
  ReactionClearBody,
  RestEvent,
  RestEventPage,
  RestMessagePage,
  RestReaction,
  RestReactionPage,
  RestRevision,
  RestSearchPage,
  SnapshotReason,
  StickerItem,
  WireAuthor,
  WireEmoji,
  WireHistoryMessage,
  WireMessageDelete,
  WireReactionCount,
} from '@discord-relay/contracts';
import {
  ANYTHING,
  CURSOR,
  FLAG,
  ID,
  list,
  object,
  oneOf,
  orNull,
  ref,
  type Schema,
  SEQ,
  TEXT,
  TIME,
  WHOLE,
  type SchemaObject,
} from './schema-of.js';

const POSITION = { seq: SEQ, prev: SEQ };

const changedExtras = {
  flags: WHOLE,
  attachments: list(ref('Attachment')),
  embeds: list(ANYTHING),
  components: list(ANYTHING),
  stickers: list(ref('Sticker')),
  poll: ref('Poll'),
  mentions: ref('Mentions'),
};

const extras: { [K in keyof MessageExtras]-?: Schema } = {
  ...changedExtras,
  type: { ...WHOLE, description: 'Discord’s message type; absent: 0.' },
  replyTo: object<NonNullable<MessageExtras['replyTo']>>({ messageId: ID, channelId: ID }, {}),
  reference: ref('Reference'),
  webhookId: ID,
};

const body = {
  id: ID,
  content: TEXT,
  author: ref('Author'),
  timestamp: TIME,
  editedTimestamp: orNull(TIME),
  pinned: orNull(FLAG),
  revision: { ...WHOLE, description: 'How often its content was replaced.' },
  channelId: ID,
  serverId: ID,
};

const REASONS: Record<SnapshotReason, true> = {
  joined: true,
  cursor_too_old: true,
  cursor_unknown: true,
  too_far_behind: true,
  projection_switched: true,
  history_forbidden: true,
  access_changed: true,
};

const reaction = { messageId: ID, channelId: ID, serverId: ID };

/** Of messages and of what happens to them. */
export const MESSAGE_SCHEMAS = {
  Author: object<WireAuthor>(
    { id: ID, username: TEXT },
    {
      globalName: { ...TEXT, description: 'The name that the author chose to be shown by.' },
      avatar: { ...TEXT, description: 'Discord’s hash of the author’s picture.' },
      bot: { type: 'boolean', enum: [true] },
    },
  ),
  Emoji: object<WireEmoji>(
    { id: orNull(ID), name: orNull(TEXT) },
    {},
    'A guild’s own by `id`, another by its characters in `name`.',
  ),
  Attachment: object<AttachmentState>(
    {
      id: ID,
      filename: TEXT,
      contentType: orNull(TEXT),
      sizeBytes: WHOLE,
      url: { ...TEXT, description: 'Without its signature, which expires.' },
      width: orNull(WHOLE),
      height: orNull(WHOLE),
    },
    { description: { ...TEXT, description: 'What it shows, in its author’s words.' } },
  ),
  Sticker: object<StickerItem>({ id: ID, name: TEXT, formatType: WHOLE }, {}),
  PollAnswer: object<PollAnswer>(
    {
      id: WHOLE,
      text: orNull(TEXT),
      emoji: orNull(
        object<NonNullable<PollAnswer['emoji']>>({ id: orNull(ID), name: orNull(TEXT), animated: FLAG }, {}),
      ),
    },
    {},
  ),
  Poll: object<PollState>(
    {
      question: orNull(TEXT),
      answers: list(ref('PollAnswer')),
      expiresAt: orNull(TIME),
      multiselect: FLAG,
      results: orNull(
        object<PollResults>(
          {
            finalized: FLAG,
            counts: list(object<PollResults['counts'][number]>({ answerId: WHOLE, count: WHOLE }, {})),
          },
          {},
        ),
      ),
    },
    {},
  ),
  Mentions: object<MessageMentions>(
    { users: list(ID), roles: list(ID), channels: list(ID), everyone: FLAG },
    {},
  ),
  Reference: object<MessageReference>(
    {
      type: { ...TEXT, enum: ['default', 'forward'] },
      messageId: orNull(ID),
      channelId: orNull(ID),
      guildId: orNull(ID),
    },
    {},
  ),
  ReactionCount: object<WireReactionCount>({ emoji: ref('Emoji'), count: WHOLE, burstCount: WHOLE }, {}),
  Message: object<WireHistoryMessage>(
    { ...body, seq: SEQ },
    { ...extras, reactions: list(ref('ReactionCount')) },
  ),
  MessagePage: object<RestMessagePage>({ messages: list(ref('Message')), seq: SEQ }, {}),
  SearchPage: object<RestSearchPage>({ messages: list(ref('Message')), next: orNull(ID) }, {}),
  Revision: object<RestRevision>(
    { revision: WHOLE, content: orNull(TEXT), editedAt: orNull(TIME), seq: SEQ },
    {},
  ),
  Reaction: object<RestReaction>({ emoji: ref('Emoji'), userId: ID, burst: FLAG }, {}),
  ReactionPage: object<RestReactionPage>({ reactions: list(ref('Reaction')), next: orNull(TEXT) }, {}),
  MessageCreated: object<MessageBody & Positioned>({ ...body, ...POSITION }, extras),
  MessageUpdated: object<MessageUpdateBody & Positioned>(
    { id: ID, channelId: ID, serverId: ID, ...POSITION },
    {
      ...changedExtras,
      content: TEXT,
      author: ref('Author'),
      timestamp: TIME,
      editedTimestamp: orNull(TIME),
      pinned: FLAG,
      revision: { ...WHOLE, description: 'Present when this update replaced the content.' },
    },
  ),
  MessageDeleted: object<WireMessageDelete & Positioned>(
    { id: ID, channelId: ID, serverId: ID, ...POSITION },
    {},
  ),
  ReactionChanged: object<ReactionBody & Positioned>(
    { ...reaction, userId: ID, emoji: ref('Emoji'), burst: FLAG, ...POSITION },
    {},
  ),
  ReactionsCleared: object<ReactionClearBody & Positioned>(
    { ...reaction, emoji: orNull(ref('Emoji')), ...POSITION },
    {},
  ),
  Snapshot: object<MessagesBulk>(
    {
      channelId: ID,
      serverId: ID,
      messages: list(ref('Message')),
      seq: SEQ,
      reason: { ...TEXT, enum: Object.keys(REASONS) },
    },
    {},
  ),
} satisfies Record<string, SchemaObject>;

const event = (names: string[], payload: string): SchemaObject => ({
  type: 'object',
  properties: { event: { ...TEXT, enum: names }, payload: ref(payload) },
  required: ['event', 'payload'],
});

/** `GET /api/v1/channels/:id/events`. */
export const EVENT_SCHEMAS = {
  ChannelEvent: oneOf<RestEvent>(
    event(['message.created'], 'MessageCreated'),
    event(['message.updated'], 'MessageUpdated'),
    event(['message.deleted'], 'MessageDeleted'),
    event(['reaction.added', 'reaction.removed'], 'ReactionChanged'),
    event(['reaction.cleared'], 'ReactionsCleared'),
  ),
  EventPage: oneOf<RestEventPage>(
    {
      type: 'object',
      properties: { events: list(ref('ChannelEvent')), next: CURSOR, more: FLAG },
      required: ['events', 'next', 'more'],
    },
    {
      type: 'object',
      properties: {
        snapshot: ref('Snapshot'),
        reason: { ...TEXT, enum: Object.keys(REASONS) },
        next: CURSOR,
      },
      required: ['snapshot', 'reason', 'next'],
    },
  ),
} satisfies Record<string, SchemaObject>;
