import { channelFeed, guildFeed, guildHead, type HeadKey, type Snowflake } from '@discord-relay/contracts';
import { isOfPeople, isOfPlaces, isTalk } from './change-family.js';
import { gapKey, type GapKeys } from './gap-rows.js';
import { memberKey } from './people-rows.js';
import { voteKey, type VoteKeys } from './poll-set.js';
import type { MemberRange, PeopleChange, PlaceChange, RowChange, TalkChange } from './row-change.js';
import type { MemberRow, PollCountRow, ReactionRow } from './rows.js';

export type MemberKeys = Pick<MemberRow, 'guild_id' | 'user_id'>;

/** Keys of the rows that changes may read or write. */
export class Touched {
  readonly guilds = new Set<Snowflake>();
  readonly channels = new Set<Snowflake>();
  /** Guilds all of whose channels are looked at; so with roles and voice. */
  readonly channelsOfGuilds = new Set<Snowflake>();
  readonly roles = new Set<Snowflake>();
  readonly rolesOfGuilds = new Set<Snowflake>();
  readonly members = new Map<string, MemberKeys>();
  /** Where it matters who of a guild is known and not listed. */
  readonly memberRanges: MemberRange[] = [];
  readonly voice = new Map<string, MemberKeys>();
  readonly voiceOfGuilds = new Set<Snowflake>();
  readonly messages = new Set<Snowflake>();
  /** Reactions of which it matters whether they are there already. */
  readonly reactions: ReactionRow[] = [];
  /** Messages of which it only matters whether they were deleted. */
  readonly reactedMessages = new Set<Snowflake>();
  readonly votes = new Map<string, VoteKeys>();
  /** Messages whose counts of votes are looked at. */
  readonly polls = new Set<PollCountRow['message_id']>();
  readonly heads = new Set<HeadKey>();
  readonly gaps = new Map<string, GapKeys>();
}

export function touchedBy(changes: Iterable<RowChange>): Touched {
  const touched = new Touched();
  for (const change of changes) touch(touched, change);
  return touched;
}

function touch(touched: Touched, change: RowChange): void {
  if (isTalk(change)) return touchTalk(touched, change);
  if (isOfPeople(change)) return touchPeople(touched, change);
  if (isOfPlaces(change)) return touchPlaces(touched, change);
  if (change.op === 'describe_gap') touched.gaps.set(gapKey(change.gap), change.gap);
}

function touchPlaces(touched: Touched, change: PlaceChange): void {
  switch (change.op) {
    case 'upsert_guild':
      touched.guilds.add(change.guild.id);
      return touchGuildFeed(touched, change.guild.id);
    case 'guild_unavailable':
    case 'leave_guild':
      touched.guilds.add(change.id);
      return touchGuildFeed(touched, change.id);
    case 'patch_channel':
      touched.channels.add(change.channel.id);
      return;
    case 'upsert_channel':
      touched.channels.add(change.channel.id);
      return touchGuildFeed(touched, change.channel.guild_id);
    case 'delete_channel':
      touched.channels.add(change.id);
      return touchGuildFeed(touched, change.guildId);
    case 'remove_channels_except':
    case 'archive_threads_except':
      touched.channelsOfGuilds.add(change.guildId);
      return touchGuildFeed(touched, change.guildId);
    case 'put_thread_members':
      touched.channels.add(change.threadId);
      return touchGuildFeed(touched, change.guildId);
    default:
      return change satisfies never;
  }
}

function touchPeople(touched: Touched, change: PeopleChange): void {
  switch (change.op) {
    case 'upsert_role':
      touched.roles.add(change.role.id);
      return touchGuildFeed(touched, change.role.guild_id);
    case 'delete_role':
      touched.roles.add(change.id);
      return touchGuildFeed(touched, change.guildId);
    case 'remove_roles_except':
      touched.rolesOfGuilds.add(change.guildId);
      return touchGuildFeed(touched, change.guildId);
    case 'upsert_member':
    case 'leave_member':
      return touchPair(touched, touched.members, change.member);
    case 'leave_members_except':
      touched.memberRanges.push(change);
      return touchGuildFeed(touched, change.guildId);
    case 'enter_room':
      return touchPair(touched, touched.voice, change.voice);
    case 'leave_room':
      return touchPair(touched, touched.voice, { guild_id: change.guildId, user_id: change.userId });
    case 'leave_rooms_except':
      touched.voiceOfGuilds.add(change.guildId);
      return touchGuildFeed(touched, change.guildId);
    default:
      return change satisfies never;
  }
}

function touchTalk(touched: Touched, change: TalkChange): void {
  switch (change.op) {
    case 'create_message':
      if (change.message.poll?.results) touched.polls.add(change.message.id);
      return touchMessages(touched, [change.message.id], change.message);
    case 'patch_message':
      if (change.patch.poll?.results) touched.polls.add(change.patch.id);
      return touchMessages(touched, [change.patch.id], change.patch);
    case 'delete_messages':
      return touchMessages(touched, change.ids, { channel_id: change.channelId, guild_id: change.guildId });
    case 'put_reaction':
      touched.reactedMessages.add(change.row.message_id);
      if (!change.live) return;
      touched.reactions.push(change.row);
      return touchFeed(touched, change.live.channelId, change.live.guildId);
    case 'clear_reactions':
      if (!change.live) return;
      touched.reactedMessages.add(change.messageId);
      return touchFeed(touched, change.live.channelId, change.live.guildId);
    case 'put_vote': {
      const keys = { message_id: change.messageId, answer_id: change.answerId, user_id: change.userId };
      touched.votes.set(voteKey(keys), keys);
      touched.polls.add(change.messageId);
      touched.messages.add(change.messageId);
      return;
    }
    default:
      return change satisfies never;
  }
}

function touchPair(
  touched: Touched,
  pairs: Map<string, MemberKeys>,
  { guild_id, user_id }: MemberKeys,
): void {
  pairs.set(memberKey(guild_id, user_id), { guild_id, user_id });
  touchGuildFeed(touched, guild_id);
}

function touchMessages(
  touched: Touched,
  ids: Snowflake[],
  { channel_id, guild_id }: { channel_id: Snowflake; guild_id: Snowflake },
): void {
  for (const id of ids) touched.messages.add(id);
  touchFeed(touched, channel_id, guild_id);
}

function touchFeed(touched: Touched, channelId: Snowflake, guildId: Snowflake): void {
  touched.heads.add(channelFeed(channelId)).add(guildHead(guildId));
}

function touchGuildFeed(touched: Touched, guildId: Snowflake): void {
  touched.heads.add(guildFeed(guildId)).add(guildHead(guildId));
}
