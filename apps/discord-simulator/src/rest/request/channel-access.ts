import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { channelPermissions } from '../../state/people/permissions.js';
import type { ChannelOrThread } from '../../state/model/records.js';
import type { World } from '../../state/world.js';
import { missingAccess } from '../../http/discord-error.js';

/** @throws DiscordError 50001 when the bot may not see the channel. */
export function requireView(world: World, place: ChannelOrThread): void {
  if ((botPermissions(world, place) & P.ViewChannel) === 0n) throw missingAccess();
}

/** Whether the bot may read the history. */
export function maySeeHistory(world: World, place: ChannelOrThread): boolean {
  return (botPermissions(world, place) & P.ReadMessageHistory) !== 0n;
}

/** @throws DiscordError 50001 when the bot may not see the channel or its history. */
export function requireHistory(world: World, place: ChannelOrThread): void {
  requireView(world, place);
  if (!maySeeHistory(world, place)) throw missingAccess();
}

function botPermissions(world: World, place: ChannelOrThread): bigint {
  return channelPermissions(world, place, world.bot.id);
}
