import {
  EVENT_VERSIONS,
  type ChannelState,
  type EventDataByType,
  type EventType,
  type MessageState,
  type RelayEvent,
  type RoleState,
  type Snowflake,
  type ThreadState,
  type UserState,
  type VoiceFlags,
} from '@discord-relay/contracts';

export const id = (value: number | bigint): Snowflake => String(value) as Snowflake;
export const GUILD = id(100);
export const CHANNEL = id(200);
export const AT = '2025-01-01T00:00:00.000Z';
/** The flags of a user who is in a room and nothing else. */
export const VOICE_FLAGS: VoiceFlags = {
  selfMute: false,
  selfDeaf: false,
  mute: false,
  deaf: false,
  selfVideo: false,
  selfStream: false,
  suppress: false,
};

let made = 0;

/** An event as the ingestor would write it; default: a unique id. */
export function event<T extends EventType>(
  type: T,
  data: EventDataByType[T],
  envelope: Partial<RelayEvent> = {},
): RelayEvent {
  const { guildId, channelId } = data as { guildId?: Snowflake; channelId?: Snowflake };
  return {
    specversion: '1.0',
    id: `${type}:test:${++made}:0`,
    source: 'discord-gateway',
    type,
    typeversion: EVENT_VERSIONS[type],
    time: AT,
    receivedat: AT,
    datacontenttype: 'application/json',
    guildid: guildId ?? (data as { id: Snowflake }).id,
    channelid: channelId,
    shardid: 0,
    sessionid: 'test',
    discordseq: made,
    data,
    ...envelope,
  } as RelayEvent;
}

export function message(messageId: number | bigint, fields: Partial<MessageState> = {}): MessageState {
  return {
    id: id(messageId),
    channelId: CHANNEL,
    guildId: GUILD,
    author: { id: id(7), username: 'ada', globalName: null, avatar: null, bot: false },
    content: `message ${messageId}`,
    createdAt: AT,
    editedAt: null,
    messageType: 0,
    flags: 0,
    pinned: false,
    webhookId: null,
    attachments: [],
    embeds: [],
    components: [],
    stickerItems: [],
    poll: null,
    mentions: { users: [], roles: [], channels: [], everyone: false },
    reference: null,
    ...fields,
  };
}

export function channel(channelId: number | bigint, fields: Partial<ChannelState> = {}): ChannelState {
  return {
    id: id(channelId),
    guildId: GUILD,
    channelType: 0,
    name: `channel-${channelId}`,
    topic: null,
    position: 0,
    parentId: null,
    nsfw: false,
    overwrites: [],
    ...fields,
  };
}

export const thread = (threadId: number, fields: Partial<ThreadState> = {}): ThreadState => ({
  id: id(threadId),
  guildId: GUILD,
  parentId: CHANNEL,
  name: 'a thread',
  channelType: 11,
  ownerId: null,
  archived: false,
  locked: false,
  invitable: null,
  archiveTimestamp: null,
  autoArchiveMinutes: 60,
  createdAt: null,
  appliedTagIds: [],
  messageCount: null,
  memberCount: null,
  ...fields,
});

export const role = (roleId: number, fields: Partial<RoleState> = {}): RoleState => ({
  id: id(roleId),
  guildId: GUILD,
  name: `role-${roleId}`,
  permissions: '0',
  position: 1,
  color: 0,
  hoist: false,
  managed: false,
  mentionable: false,
  ...fields,
});

export const user = (userId: Snowflake): UserState => ({
  id: userId,
  username: `user-${userId}`,
  globalName: null,
  avatar: null,
  bot: false,
});

export const guild = (guildId: Snowflake, channelIds: Snowflake[] = []) => ({
  id: guildId,
  name: `guild-${guildId}`,
  icon: null,
  ownerId: id(7),
  channelIds,
});

export const created = (messageId: number, fields: Partial<MessageState> = {}) =>
  event('message.created', message(messageId, fields));

export const edited = (messageId: number, content: string, editedAt: string, at: Place = {}) =>
  event('message.updated', { ...place(messageId, at), content, editedAt });

export const deleted = (messageId: number, at: Place = {}) => event('message.deleted', place(messageId, at));

type Place = { channelId?: Snowflake; guildId?: Snowflake };

const place = (messageId: number, { channelId = CHANNEL, guildId = GUILD }: Place) => ({
  id: id(messageId),
  channelId,
  guildId,
});

export const GAP_END = '2025-01-01T00:05:00.000Z';

/** A gap from {@link AT} to {@link GAP_END}, message ids 5 to 6. */
export const gapOpened = () =>
  event(
    'gap.opened',
    {
      gapId: 'a:b',
      shardId: 0,
      shardCount: 1,
      cause: 'session_lost',
      lostSessionId: 'a',
      lostSequence: 9,
      from: { time: AT, snowflake: id(5) },
      to: { time: GAP_END, snowflake: id(6) },
    },
    { guildid: GUILD },
  );

export const gapClosed = () =>
  event(
    'gap.closed',
    {
      gapId: 'a:b',
      recovered: { messages: 3, edits: 0, deletions: 1, reactions: 2, threads: 0 },
      unrecoverable: ['intermediate_edits'],
      channels: { done: 2, skipped: 0 },
    },
    { guildid: GUILD, time: GAP_END },
  );
