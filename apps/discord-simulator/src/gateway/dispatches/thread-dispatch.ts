import { GatewayIntentBits as I } from 'discord-api-types/v10';
import type { ThreadFact } from '../../state/model/facts.js';
import type { ThreadRecord } from '../../state/model/records.js';
import type { Snowflake } from '../../state/model/snowflakes.js';
import type { World } from '../../state/world.js';
import { memberWithUserPayload } from '../../payloads/guild-payload.js';
import {
  threadListPayload,
  threadMemberPayload,
  threadPayload,
  threadWithOwnMember,
} from '../../payloads/thread-payload.js';
import { jsonDispatch, type Dispatch } from './dispatch.js';
import type { Visibility } from './visibility.js';

export function threadDispatch(world: World, fact: ThreadFact): Dispatch {
  const { thread } = fact;
  const { id, guildId: guild_id, parentId: parent_id, type } = thread;
  switch (fact.kind) {
    case 'thread.created':
      return jsonDispatch('THREAD_CREATE', guild_id, {
        ...threadWithOwnMember(world, thread),
        newly_created: true,
      });
    case 'thread.updated':
      return jsonDispatch('THREAD_UPDATE', guild_id, threadPayload(world, thread));
    case 'thread.deleted':
      return jsonDispatch('THREAD_DELETE', guild_id, { id, guild_id, parent_id, type });
    case 'thread.member_added':
    case 'thread.member_removed':
      return threadMembersDispatch(world, fact);
  }
}

/** A thread that became visible to the bot: it is not new, so `newly_created` is missing. */
export function threadShownDispatch(world: World, thread: ThreadRecord): Dispatch {
  return jsonDispatch('THREAD_CREATE', thread.guildId, threadWithOwnMember(world, thread));
}

/** THREAD_MEMBER_UPDATE; null unless the bot is in the thread. */
export function ownThreadMemberDispatch(world: World, thread: ThreadRecord): Dispatch | null {
  const own = thread.members.find(({ id }) => id === world.bot.id);
  const d = own && { ...threadMemberPayload(thread, own), guild_id: thread.guildId };
  return d ? jsonDispatch('THREAD_MEMBER_UPDATE', thread.guildId, d) : null;
}

/** THREAD_LIST_SYNC for channels of one guild that became visible to the bot. */
export function threadSyncDispatch(world: World, visibility: Visibility, channelIds: Snowflake[]): Dispatch {
  const threads = channelIds
    .flatMap((id) => world.threads.ofChannel(id))
    .filter((thread) => !thread.archived && visibility.seesThread(thread));
  const { guildId } = world.channel(channelIds[0] ?? '');
  const d = { guild_id: guildId, channel_ids: channelIds, ...threadListPayload(world, threads) };
  return jsonDispatch('THREAD_LIST_SYNC', guildId, d);
}

function threadMembersDispatch(
  world: World,
  { kind, thread, userId }: Extract<ThreadFact, { userId: string }>,
): Dispatch {
  const added = thread.members
    .filter(({ id }) => kind === 'thread.member_added' && id === userId)
    .map((each) => ({
      ...threadMemberPayload(thread, each),
      member: memberWithUserPayload(world, world.members.get(thread.guildId, userId)),
      presence: null,
    }));
  const d = {
    id: thread.id,
    guild_id: thread.guildId,
    member_count: threadPayload(world, thread).member_count,
    ...(added.length > 0 ? { added_members: added } : { removed_member_ids: [userId] }),
  };
  // Without GUILD_MEMBERS the bot receives only its own membership.
  const needs = userId === world.bot.id ? {} : { intents: I.GuildMembers };
  return jsonDispatch('THREAD_MEMBERS_UPDATE', thread.guildId, d, needs);
}
