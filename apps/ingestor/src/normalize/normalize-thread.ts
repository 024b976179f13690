import { isSnowflake, snowflakeTimeMs, type Snowflake, type ThreadState } from '@discord-relay/contracts';
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
} from './normalize-result.js';
import {
  integerOrNull,
  integerOrZero,
  isFields,
  readIds,
  readList,
  snowflakeOrNull,
  textOrEmpty,
  timestampOrNull,
  type Fields,
} from './read-fields.js';

/** THREAD_CREATE: a new thread, or one that the bot was added to. */
export function threadCreated(origin: Origin, fields: Fields): NormalizeResult {
  if (fields.newly_created !== true)
    return inGuild(origin, fields, (id) => threadFact('thread.synced', fields, id));
  if (fields.guild_id === undefined) return skip('not_in_a_guild');
  const thread = readThread(fields, fields.guild_id);
  if (!thread) return skip('malformed');
  const { id, guildId } = thread;
  const time = thread.createdAt ?? new Date(snowflakeTimeMs(id)).toISOString();
  const type = 'thread.created';
  return normalized([
    buildEvent(origin, { type, id: naturalId(type, id), guildId, channelId: id, time, data: thread }),
  ]);
}

/** THREAD_UPDATE */
export const threadUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId) => threadFact('thread.updated', fields, guildId));

/** THREAD_DELETE */
export function threadDeleted(origin: Origin, fields: Fields): NormalizeResult {
  const { id, guild_id: guildId } = fields;
  if (guildId === undefined) return skip('not_in_a_guild');
  if (!isSnowflake(id) || !isSnowflake(guildId)) return skip('malformed');
  const data = { id, guildId, parentId: snowflakeOrNull(fields.parent_id) };
  const type = 'thread.deleted';
  return normalized([buildEvent(origin, { type, id: naturalId(type, id), guildId, channelId: id, data })]);
}

/** THREAD_LIST_SYNC: the active threads of channels that the bot may see now. */
export function threadsListed(origin: Origin, fields: Fields): NormalizeResult {
  const { guild_id: guildId } = fields;
  if (!isSnowflake(guildId)) return skip('malformed');
  const threads = readList(fields.threads, (each) => readThread(each, guildId));
  const members = readList(fields.members, (each) => membershipFact(each, guildId));
  const parents = readIds(fields.channel_ids);
  const threadIds = threads.items.map(({ id }) => id);
  const channelIds = fields.channel_ids === undefined ? null : parents.items;
  const dropped = threads.dropped + members.dropped + parents.dropped;
  const listed: Fact = { type: 'thread.list_synced', guildId, data: { guildId, channelIds, threadIds } };
  return factsOf(origin, [listed, ...threads.items.map(threadSynced), ...members.items], dropped);
}

/** THREAD_MEMBER_UPDATE: of the bot itself. */
export const threadMemberUpdated = (origin: Origin, fields: Fields): NormalizeResult =>
  inGuild(origin, fields, (guildId) => membershipFact(fields, guildId));

/** THREAD_MEMBERS_UPDATE */
export function threadMembersUpdated(origin: Origin, fields: Fields): NormalizeResult {
  const { id: threadId, guild_id: guildId } = fields;
  if (!isSnowflake(threadId) || !isSnowflake(guildId)) return skip('malformed');
  const added = readList(fields.added_members, (each) =>
    isFields(each) && isSnowflake(each.user_id) ? each.user_id : undefined,
  );
  const removed = readIds(fields.removed_member_ids);
  const data = { threadId, guildId, added: added.items, removed: removed.items };
  const fact: Fact = { type: 'thread.members_updated', guildId, channelId: threadId, data };
  return factsOf(origin, [fact], added.dropped + removed.dropped);
}

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
): Fact | undefined {
  const thread = readThread(fields, guildId);
  return thread && { type, guildId, channelId: thread.id, data: thread };
}

function membershipFact(value: unknown, guildId: Snowflake): Fact | undefined {
  if (!isFields(value) || !isSnowflake(value.id) || !isSnowflake(value.user_id)) return undefined;
  const data = { threadId: value.id, guildId, added: [value.user_id], removed: [] };
  return { type: 'thread.member_updated', guildId, channelId: value.id, data };
}

/** A thread, or undefined when it has no usable id or type. */
export function readThread(value: unknown, guildId: unknown): ThreadState | undefined {
  if (!isFields(value) || !isSnowflake(value.id) || !isSnowflake(guildId)) return undefined;
  const channelType = integerOrNull(value.type);
  if (channelType === null) return undefined;
  const metadata = isFields(value.thread_metadata) ? value.thread_metadata : {};
  return {
    id: value.id,
    guildId,
    parentId: snowflakeOrNull(value.parent_id),
    name: textOrEmpty(value.name),
    channelType,
    ownerId: snowflakeOrNull(value.owner_id),
    ...readMetadata(metadata),
    appliedTagIds: readIds(value.applied_tags).items,
    messageCount: integerOrNull(value.message_count),
    memberCount: integerOrNull(value.member_count),
  };
}

const readMetadata = (metadata: Fields) => ({
  archived: metadata.archived === true,
  locked: metadata.locked === true,
  invitable: typeof metadata.invitable === 'boolean' ? metadata.invitable : null,
  archiveTimestamp: timestampOrNull(metadata.archive_timestamp),
  autoArchiveMinutes: integerOrZero(metadata.auto_archive_duration),
  createdAt: timestampOrNull(metadata.create_timestamp),
});
