import { snowflakeTimeMs, type Snowflake, type ThreadState } from '@discord-relay/contracts';
import {
  buildEvent,
  factsOf,
  inGuild,
  naturalId,
  normalized,
  skip,
  type Fact,
  type NormalizeResult,
  type Origin,
} from '../events/normalize-result.js';
import {
  boolean,
  id as anId,
  integer,
  isFields,
  isId,
  list,
  readListed,
  text,
  timestamp,
  wholeList,
  type Fields,
  type Listed,
  type ReadTally,
} from '../fields/read-fields.js';
import {
  nullableKey,
  readKey,
  readOne,
  readState,
  optionalKey,
  nestedFields,
  type Shape,
} from '../fields/read-state.js';

/** THREAD_CREATE: a new thread, or one that the bot was added to. */
export function threadCreated(origin: Origin, fields: Fields): NormalizeResult {
  if (fields.newly_created !== true)
    return inGuild(origin, fields, (id, tally) => threadFact('thread.synced', fields, id, tally));
  if (fields.guild_id === undefined) return skip('not_in_a_guild');
  const tally = { dropped: 0 };
  const thread = isId(fields.guild_id) && readThread(fields, fields.guild_id, tally);
  if (!thread) return skip('malformed');
  const { id, guildId } = thread;
  const time = thread.createdAt ?? new Date(snowflakeTimeMs(id)).toISOString();
  const type = 'thread.created';
  const event = { type, id: naturalId(type, id), guildId, channelId: id, time, data: thread } as const;
  return normalized([buildEvent(origin, event)], tally.dropped);
}

/** THREAD_UPDATE */
export const threadUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId, tally) => threadFact('thread.updated', fields, guildId, tally));

/** THREAD_DELETE */
export function threadDeleted(origin: Origin, fields: Fields): NormalizeResult {
  const { id, guild_id: guildId } = fields;
  if (guildId === undefined) return skip('not_in_a_guild');
  if (!isId(id) || !isId(guildId)) return skip('malformed');
  const data = { id, guildId, parentId: isId(fields.parent_id) ? fields.parent_id : null };
  const type = 'thread.deleted';
  return normalized([buildEvent(origin, { type, id: naturalId(type, id), guildId, channelId: id, data })]);
}

/** THREAD_LIST_SYNC: the active threads of channels that the bot can now see. */
export function threadsListed(origin: Origin, fields: Fields): NormalizeResult {
  const { guild_id: guildId } = fields;
  if (!isId(guildId)) return skip('malformed');
  const tally = { dropped: 0 };
  const threads = readActiveThreads(fields.threads, guildId, tally);
  const memberships = readListed(fields.members, (each) => membershipFact(each, guildId), tally);
  const facts = [
    ...listedFact(fields, guildId, threads, tally),
    ...threads.items.map(threadSynced),
    ...memberships.items,
  ];
  return factsOf(origin, facts, tally.dropped);
}

/** Which threads are archived now; nothing if an id of a listed thread or channel is unreadable. */
function listedFact(
  fields: Fields,
  guildId: Snowflake,
  threads: Listed<ThreadState>,
  tally: ReadTally,
): Fact[] {
  const parents = readKey(fields, 'channel_ids', list(anId), tally);
  if (!threads.whole || (parents.is !== 'absent' && parents.is !== 'value')) {
    tally.dropped += 1;
    return [];
  }
  const channelIds = parents.is === 'absent' ? null : parents.value;
  const threadIds = threads.items.map(({ id }) => id);
  return [{ type: 'thread.list_synced', guildId, data: { guildId, channelIds, threadIds } }];
}

/** Threads that Discord lists as active: the list supplies the state that a thread lacks. */
export function readActiveThreads(value: unknown, guildId: Snowflake, tally: ReadTally): Listed<ThreadState> {
  const read = (each: unknown) => {
    const thread = readThread(each, guildId, tally);
    return thread && { archived: false, ...thread };
  };
  return readListed(value, read, tally);
}

/** THREAD_MEMBER_UPDATE: the bot's own membership. */
export const threadMemberUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId) => membershipFact(fields, guildId));

/** THREAD_MEMBERS_UPDATE: members who were added and removed; an unreadable one stays as they were. */
export function threadMembersUpdated(origin: Origin, fields: Fields): NormalizeResult {
  const { id: threadId, guild_id: guildId } = fields;
  if (!isId(threadId) || !isId(guildId)) return skip('malformed');
  const tally = { dropped: 0 };
  const added = readOne(optionalKey('added_members', list(memberId)), fields, tally) ?? [];
  const removed = readOne(optionalKey('removed_member_ids', list(anId)), fields, tally) ?? [];
  const data = { threadId, guildId, added, removed };
  return factsOf(
    origin,
    [{ type: 'thread.members_updated', guildId, channelId: threadId, data }],
    tally.dropped,
  );
}

const memberId = (value: unknown): Snowflake | undefined =>
  isFields(value) && isId(value.user_id) ? value.user_id : undefined;

export const threadSynced = (thread: ThreadState): Fact => ({
  type: 'thread.synced',
  guildId: thread.guildId,
  channelId: thread.id,
  data: thread,
});

function threadFact(
  type: 'thread.synced' | 'thread.updated',
  fields: Fields,
  guildId: Snowflake,
  tally: ReadTally,
): Fact | undefined {
  const thread = readThread(fields, guildId, tally);
  return thread && { type, guildId, channelId: thread.id, data: thread };
}

function membershipFact(value: unknown, guildId: Snowflake): Fact | undefined {
  if (!isFields(value) || !isId(value.id) || !isId(value.user_id)) return undefined;
  const data = { threadId: value.id, guildId, added: [value.user_id], removed: [] };
  return { type: 'thread.member_updated', guildId, channelId: value.id, data };
}

type Metadata = 'archived' | 'locked' | 'invitable' | 'archiveTimestamp' | 'autoArchiveMinutes' | 'createdAt';

/** A thread always has a parent: Discord never sends null there. */
const THREAD: Shape<Omit<ThreadState, 'id' | 'guildId' | Metadata>> = {
  parentId: optionalKey('parent_id', anId),
  name: optionalKey('name', text()),
  channelType: optionalKey('type', integer),
  ownerId: nullableKey('owner_id', anId),
  appliedTagIds: optionalKey('applied_tags', wholeList(anId)),
  messageCount: nullableKey('message_count', integer),
  memberCount: nullableKey('member_count', integer),
};

const METADATA: Shape<Pick<ThreadState, Metadata>> = {
  archived: optionalKey('archived', boolean),
  locked: optionalKey('locked', boolean),
  invitable: nullableKey('invitable', boolean),
  archiveTimestamp: nullableKey('archive_timestamp', timestamp),
  autoArchiveMinutes: optionalKey('auto_archive_duration', integer),
  createdAt: nullableKey('create_timestamp', timestamp),
};

/** A thread, or undefined if it has no usable id. */
function readThread(value: unknown, guildId: Snowflake, tally: ReadTally): ThreadState | undefined {
  if (!isFields(value) || !isId(value.id)) return undefined;
  return {
    ...readState(THREAD, value, tally),
    ...readState(METADATA, nestedFields(value, 'thread_metadata', tally), tally),
    id: value.id,
    guildId,
  };
}
