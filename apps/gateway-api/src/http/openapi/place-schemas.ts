import { CHANNEL_TYPES } from '@discord-relay/contracts';
import type {
  Problem,
  Recovered,
  RestChannel,
  RestChannelStatistics,
  RestCounts,
  RestGap,
  RestGapPage,
  RestGuildStatistics,
  RestMember,
  RestMemberPage,
  RestRole,
  RestRooms,
  RestThread,
  RestThreadPage,
  WireGuild,
  WireRoom,
} from '@discord-relay/contracts';
import {
  CURSOR,
  FLAG,
  ID,
  list,
  object,
  orNull,
  ref,
  SEQ,
  TEXT,
  TIME,
  WHOLE,
  type SchemaObject,
} from './schema-of.js';

const COUNTS = {
  messages: { ...WHOLE, description: 'Also those deleted since.' },
  edits: WHOLE,
  deletions: WHOLE,
  reactions: WHOLE,
  authors: { ...WHOLE, description: 'How many wrote those messages that are still there.' },
};
const TYPE = {
  type: { type: 'string', enum: [...CHANNEL_TYPES] } as SchemaObject,
  discordType: { ...WHOLE, description: 'Discord’s channel type number.' },
};

/** Of servers and what is in them. */
export const PLACE_SCHEMAS = {
  Problem: object<Problem>(
    {
      type: TEXT,
      title: TEXT,
      status: WHOLE,
      detail: TEXT,
      code: { ...TEXT, description: 'Stable; see docs/errors.md.' },
      retryable: FLAG,
      requestId: TEXT,
    },
    {},
    'RFC 9457.',
  ),
  Guild: object<WireGuild>({ id: ID, name: TEXT, icon: orNull(TEXT) }, {}),
  Channel: object<RestChannel>(
    {
      id: ID,
      name: TEXT,
      ...TYPE,
      serverId: ID,
      topic: orNull(TEXT),
      position: orNull(WHOLE),
      nsfw: FLAG,
      readable: { ...FLAG, description: 'Whether you may read what is said there.' },
      history: { ...FLAG, description: 'Whether you may read what was said there.' },
    },
    { parentId: ID, archived: FLAG, userLimit: WHOLE, lastMessageId: ID },
  ),
  Thread: object<RestThread>(
    {
      id: ID,
      name: TEXT,
      ...TYPE,
      serverId: ID,
      parentId: ID,
      ownerId: orNull(ID),
      archived: FLAG,
      locked: orNull(FLAG),
      createdAt: orNull(TIME),
      archiveChangedAt: orNull(TIME),
      autoArchiveMinutes: orNull(WHOLE),
      messageCount: orNull(WHOLE),
      memberCount: orNull(WHOLE),
    },
    {},
  ),
  ThreadPage: object<RestThreadPage>({ threads: list(ref('Thread')), next: orNull(ID) }, {}),
  Room: object<WireRoom>(
    {
      guildId: ID,
      channelId: ID,
      name: TEXT,
      userLimit: { ...WHOLE, description: '0: no limit.' },
      members: list(
        object<WireRoom['members'][number]>(
          { userId: ID, username: orNull(TEXT), avatar: orNull(TEXT), since: orNull(TIME) },
          {},
        ),
      ),
    },
    { parentId: ID },
  ),
  Rooms: object<RestRooms>({ rooms: list(ref('Room')), seq: SEQ }, {}),
  Member: object<RestMember>(
    {
      userId: ID,
      username: orNull(TEXT),
      nick: orNull(TEXT),
      globalName: orNull(TEXT),
      avatar: orNull(TEXT),
      bot: FLAG,
      roleIds: list(ID),
      joinedAt: orNull(TIME),
      timedOutUntil: { ...orNull(TIME), description: 'Until then the member can only read.' },
    },
    {},
  ),
  MemberPage: object<RestMemberPage>({ members: list(ref('Member')), next: orNull(ID) }, {}),
  Role: object<RestRole>(
    { id: ID, name: TEXT, color: orNull(WHOLE), position: orNull(WHOLE), hoist: FLAG },
    {},
  ),
  Gap: object<RestGap>(
    {
      gapId: TEXT,
      cause: orNull(TEXT),
      openedAt: orNull(TIME),
      from: orNull(TIME),
      to: orNull(TIME),
      closedAt: orNull(TIME),
      recovered: orNull(
        object<Recovered>(
          { messages: WHOLE, edits: WHOLE, deletions: WHOLE, reactions: WHOLE, threads: WHOLE },
          {},
        ),
      ),
      unrecoverable: orNull(list(TEXT)),
    },
    {},
    'A time in which the server was not listened to.',
  ),
  GapPage: object<RestGapPage>({ gaps: list(ref('Gap')), next: orNull(CURSOR) }, {}),
  ChannelStatistics: object<RestChannelStatistics>(
    { channelId: ID, hours: list(object<RestCounts & { hour: string }>({ hour: TIME, ...COUNTS }, {})) },
    {},
  ),
  GuildStatistics: object<RestGuildStatistics>(
    {
      guildId: ID,
      channels: list(object<RestCounts & { channelId: string }>({ channelId: ID, ...COUNTS }, {})),
    },
    {},
  ),
} satisfies Record<string, SchemaObject>;
