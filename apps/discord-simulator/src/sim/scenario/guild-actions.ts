import { ChannelType } from 'discord-api-types/v10';
import type { Snowflake } from '../../state/model/snowflakes.js';
import type { World } from '../../state/world.js';
import type { ScenarioAction } from './scenario-plan.js';

export type GuildAction = Extract<ScenarioAction, { dice: number }>;

/** Plays a step about threads, members or voice channels: their state decides what can happen next. */
export function performGuildAction(
  world: World,
  action: GuildAction,
  channelId: Snowflake,
  userId: Snowflake,
): void {
  if (action.kind === 'thread') return playThreadAction(world, channelId, userId, action.dice);
  if (action.kind === 'voice') return call(world, channelId, userId, action.dice);
  const nick = `nick-${Math.floor(action.dice * 1000)}`;
  world.members.update(world.channel(channelId).guildId, userId, { nick });
}

/** Creates a thread, writes in one, archives one or deletes one. */
function playThreadAction(world: World, channelId: Snowflake, userId: Snowflake, dice: number): void {
  const open = world.threads.ofChannel(channelId).filter(({ archived }) => !archived);
  const thread = open[Math.floor(dice * open.length)];
  if (!thread || dice < 0.15) {
    world.threads.create(channelId, { name: `aside ${Math.floor(dice * 1000)}`, ownerId: userId });
  } else if (dice < 0.85) {
    world.createMessage(thread.id, { authorId: userId, content: 'a word aside' });
  } else if (dice < 0.95) {
    world.threads.update(thread.id, { archived: true });
  } else {
    world.threads.delete(thread.id);
  }
}

/** Joins a voice channel, moves to another, mutes or leaves. */
function call(world: World, channelId: Snowflake, userId: Snowflake, dice: number): void {
  const { guildId } = world.channel(channelId);
  const state = world.voice.find(guildId, userId);
  const rooms = world.channelsOf(guildId).filter(({ type }) => type === ChannelType.GuildVoice);
  const room = rooms[Math.floor(dice * rooms.length)];
  if (state && dice < 0.4) world.voice.leave(guildId, userId);
  else if (room) world.voice.enter(room.id, userId, { selfMute: dice > 0.7 });
}
