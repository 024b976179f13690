import { OverwriteType, PermissionFlagsBits as P, type APIOverwrite } from 'discord-api-types/v10';
import type { GuildRecord, ChannelOrThread } from '../model/records.js';
import type { Snowflake } from '../model/snowflakes.js';
import type { WorldContext } from '../model/world-context.js';

const ALL = Object.values(P).reduce((all, bit) => all | bit, 0n);

/** A member's permissions in a guild as a whole, as bits. */
export function guildPermissions(world: WorldContext, guild: GuildRecord, userId: Snowflake): bigint {
  if (guild.ownerId === userId) return ALL;
  const held = rolesOf(world, guild, userId);
  const base = guild.roles
    .filter(({ id }) => held.has(id))
    .reduce((bits, role) => bits | BigInt(role.permissions), 0n);
  return (base & P.Administrator) !== 0n ? ALL : base;
}

/** A member's permissions in a channel, or in a thread by its channel's overwrites, as bits. */
export function channelPermissions(world: WorldContext, place: ChannelOrThread, userId: Snowflake): bigint {
  const guild = world.guild(place.guildId);
  const base = guildPermissions(world, guild, userId);
  if (base === ALL) return ALL;
  const overwrites = world.channelOf(place).permissionOverwrites;
  const held = rolesOf(world, guild, userId);
  const steps = [
    overwrites.filter(({ id }) => id === guild.id),
    overwrites.filter(({ id, type }) => type === OverwriteType.Role && id !== guild.id && held.has(id)),
    overwrites.filter(({ id, type }) => type === OverwriteType.Member && id === userId),
  ];
  return steps.reduce(apply, base);
}

function apply(permissions: bigint, overwrites: APIOverwrite[]): bigint {
  const deny = overwrites.reduce((bits, each) => bits | BigInt(each.deny), 0n);
  const allow = overwrites.reduce((bits, each) => bits | BigInt(each.allow), 0n);
  return (permissions & ~deny) | allow;
}

function rolesOf(world: WorldContext, guild: GuildRecord, userId: Snowflake): ReadonlySet<Snowflake> {
  return new Set([guild.id, ...world.members.roleIdsOf(guild, userId)]);
}
