import type { ThreadRecord } from '../state/model/records.js';
import { discordTime } from '../state/model/discord-time.js';
import type { World } from '../state/world.js';

type ThreadMember = ThreadRecord['members'][number];

// As on Discord, the count stops here.
const MAX_MEMBER_COUNT = 50;

/** A thread as a channel object. */
export function threadPayload(world: World, thread: ThreadRecord) {
  const history = world.history(thread.id);
  return {
    id: thread.id,
    type: thread.type,
    guild_id: thread.guildId,
    parent_id: thread.parentId,
    owner_id: thread.ownerId,
    name: thread.name,
    flags: 0,
    last_message_id: thread.lastMessageId,
    last_pin_timestamp: null,
    rate_limit_per_user: thread.rateLimitPerUser,
    message_count: history.size + history.forgotten,
    total_message_sent: thread.sentCount,
    ...(thread.appliedTagIds ? { applied_tags: thread.appliedTagIds } : {}),
    member_count: Math.min(MAX_MEMBER_COUNT, thread.members.length),
    thread_metadata: {
      archived: thread.archived,
      archive_timestamp: discordTime(thread.archiveAtMs),
      auto_archive_duration: thread.autoArchiveMinutes,
      locked: thread.locked,
      create_timestamp: discordTime(thread.createdAtMs),
      ...(thread.invitable === null ? {} : { invitable: thread.invitable }),
    },
  };
}

/** With the bot's own `member`, if it is in the thread. */
export function threadWithOwnMember(world: World, thread: ThreadRecord) {
  const own = thread.members.find(({ id }) => id === world.bot.id);
  return { ...threadPayload(world, thread), ...(own ? { member: threadMemberPayload(thread, own) } : {}) };
}

/** The `threads` and `members` of the list endpoints: only the bot's own memberships. */
export function threadListPayload(world: World, threads: ThreadRecord[]) {
  const { id: botId } = world.bot;
  const members = threads.flatMap((thread) =>
    thread.members.filter(({ id }) => id === botId).map((own) => threadMemberPayload(thread, own)),
  );
  return { threads: threads.map((thread) => threadPayload(world, thread)), members };
}

export function threadMemberPayload(thread: ThreadRecord, { id, joinedAtMs }: ThreadMember) {
  return { id: thread.id, user_id: id, join_timestamp: discordTime(joinedAtMs), flags: 0 };
}
