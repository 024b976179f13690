import { ChannelType } from 'discord-api-types/v10';
import type { Ledger } from '../ledger.js';
import type {
  AuditEntryRecord,
  ChannelRecord,
  GuildRecord,
  MessageRecord,
  ThreadRecord,
} from '../model/records.js';
import type { Snowflake } from '../model/snowflakes.js';
import type { World } from '../world.js';
import type { StateRecord } from './state-record.js';

/** Applies a line to a world that has no listeners yet. */
export function applyRecord(world: World, ledger: Ledger, record: StateRecord): void {
  switch (record[0]) {
    case 'v':
      return;
    case 'user':
      world.snowflakes.advanceTo(record[1].id);
      world.users.set(record[1].id, record[1]);
      return;
    case 'guild':
      return applyGuild(world, record[1]);
    case 'guild-':
      return removeGuild(world, record[1]);
    case 'channel':
      return applyChannel(world, record[1]);
    case 'channel-':
      return world.removeChannel(record[1]);
    case 'thread':
      world.snowflakes.advanceTo(record[1].id);
      return applyThread(world, record[1]);
    case 'thread-':
      return world.threads.remove(record[1]);
    case 'member':
    case 'member-':
    case 'ban':
    case 'ban-':
    case 'audit':
      return applyPeopleRecord(world, record);
    case 'message':
      return applyMessage(world, record[1]);
    case 'message-':
      return applyDeletion(world, record[1], record[2]);
    case 'invite':
      if (world.channels.has(record[1].channelId)) world.invites.restore(record[1]);
      return;
    case 'invite-':
      return world.invites.remove({ code: record[1] });
    case 'webhook':
    case 'webhook-':
    case 'command':
    case 'command-':
      return applyApplicationRecord(world, record);
    case 'forgotten':
      if (isPlace(world, record[1])) world.history(record[1]).addForgotten(record[2]);
      return;
    case 'ledger':
      return ledger.restore(record[1]);
    case 'counts':
      return ledger.adoptCounts(record[1]);
  }
}

/** Records of members, bans and what moderators did. */
function applyPeopleRecord(
  world: World,
  record: Extract<StateRecord, ['member' | 'member-' | 'ban' | 'ban-' | 'audit', ...unknown[]]>,
): void {
  switch (record[0]) {
    case 'member':
      return world.members.restore(record[1].guildId, record[1].userId, record[1]);
    case 'member-':
      return world.members.restore(record[1], record[2], null);
    case 'ban':
      if (world.guilds.has(record[1])) world.members.bans(record[1]).set(record[2], record[3]);
      return;
    case 'ban-':
      if (world.guilds.has(record[1])) world.members.bans(record[1]).delete(record[2]);
      return;
    case 'audit':
      return applyAuditEntry(world, record[1]);
  }
}

/** Records of the bot's application: webhooks and commands. */
function applyApplicationRecord(
  world: World,
  record: Extract<StateRecord, ['webhook' | 'webhook-' | 'command' | 'command-', unknown]>,
): void {
  switch (record[0]) {
    case 'webhook':
      world.snowflakes.advanceTo(record[1].id);
      if (world.channels.has(record[1].channelId)) world.webhooks.restore(record[1]);
      return;
    case 'webhook-':
      return world.webhooks.remove({ id: record[1] });
    case 'command':
      world.snowflakes.advanceTo(record[1].version);
      return world.commands.restore(record[1]);
    case 'command-':
      return world.commands.remove(record[1]);
  }
}

function applyGuild(world: World, guild: GuildRecord): void {
  for (const { id } of [...guild.roles, ...(guild.stickers ?? []), ...(guild.scheduledEvents ?? [])])
    world.snowflakes.advanceTo(id);
  world.guilds.set(guild.id, guild);
}

function removeGuild(world: World, id: Snowflake): void {
  for (const channel of world.channelsOf(id)) world.removeChannel(channel.id);
  world.guilds.delete(id);
}

function applyChannel(world: World, channel: ChannelRecord): void {
  for (const { id } of [channel, ...(channel.availableTags ?? [])]) world.snowflakes.advanceTo(id);
  world.channels.set(channel.id, channel);
}

function applyAuditEntry(world: World, entry: AuditEntryRecord): void {
  world.snowflakes.advanceTo(entry.id);
  if (world.guilds.has(entry.guildId)) world.audit.restore(entry);
}

function applyThread(world: World, thread: ThreadRecord): void {
  const parent = world.channels.get(thread.parentId);
  // The channel was deleted while the snapshot was being written.
  if (!parent) return;
  world.threads.restore(thread);
  const isNewest = BigInt(parent.lastMessageId ?? 0) < BigInt(thread.id);
  if (parent.type === ChannelType.GuildForum && isNewest) parent.lastMessageId = thread.id;
}

function applyMessage(world: World, message: MessageRecord): void {
  world.snowflakes.advanceTo(message.id);
  const channel = world.threads.find(message.channelId) ?? world.channels.get(message.channelId);
  // The channel was deleted while the snapshot was being written.
  if (!channel) return;
  world.history(channel.id).put(message);
  const newest = channel.lastMessageId;
  if (newest !== null && BigInt(newest) >= BigInt(message.id)) return;
  channel.lastMessageId = message.id;
  if ('sentCount' in channel) channel.sentCount += 1;
}

function applyDeletion(world: World, channelId: Snowflake, ids: Snowflake[]): void {
  if (!isPlace(world, channelId)) return;
  for (const id of ids) world.history(channelId).delete(id);
}

function isPlace(world: World, id: Snowflake): boolean {
  return world.channels.has(id) || world.threads.find(id) !== undefined;
}
