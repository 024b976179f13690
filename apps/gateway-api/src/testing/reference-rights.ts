import type { OverwriteState, Snowflake } from '@discord-relay/contracts';
import { fromBits, type ModelGuild, type Permission } from './random-guild.js';

interface ReferenceRights {
  see: boolean;
  read: boolean;
  history: boolean;
}

/** The permissions that remain during a timeout. */
const DURING_TIMEOUT: Permission[] = ['VIEW_CHANNEL', 'READ_MESSAGE_HISTORY'];

/**
 * Computes read access by a different method than the gateway: one permission at a time, from the most specific rule to the
 * most general, without set arithmetic.
 */
export function referenceRights(
  guild: ModelGuild,
  userId: string,
  channelId: string,
  atMs: number,
): ReferenceRights {
  const channel = guild.channels.get(channelId);
  const nothing = { see: false, read: false, history: false };
  if (guild.left || !channel || channel.deleted || channel.type === null) return nothing;
  const may = (permission: Permission) => mayDo(guild, userId, channelId, permission, atMs);
  const isWelcome =
    channel.type !== 12 || guild.threadMembers.get(channelId)?.has(userId) || may('MANAGE_THREADS');
  if (!may('VIEW_CHANNEL') || !isWelcome) return nothing;
  const isSpoken = channel.type === 2 || channel.type === 13;
  if (isSpoken && !may('CONNECT')) return { see: true, read: false, history: false };
  return { see: true, read: true, history: may('READ_MESSAGE_HISTORY') };
}

function mayDo(
  guild: ModelGuild,
  userId: string,
  channelId: string,
  permission: Permission,
  atMs: number,
): boolean {
  const member = guild.members.get(userId);
  if (!member || member.left || member.guest) return false;
  if (guild.ownerId === userId) return true;
  const everyone = guild.roles.get(guild.id);
  if (everyone === undefined || everyone === null || member.roleIds === null) return false;
  const { roleIds } = member;
  const byRoles = (required: Permission) =>
    [guild.id, ...roleIds].some((id) => fromBits(guild.roles.get(id) ?? '0').has(required));
  if (byRoles('ADMINISTRATOR')) return true;
  const isTimedOut = member.timedOutUntil !== null && Date.parse(member.timedOutUntil) > atMs;
  if (isTimedOut && !DURING_TIMEOUT.includes(permission)) return false;
  const overwrites = overwritesThatCount(guild, channelId);
  if (!overwrites) return false;
  return byOverwrites(guild, userId, roleIds, overwrites, permission) ?? byRoles(permission);
}

function overwritesThatCount(guild: ModelGuild, channelId: string): OverwriteState[] | null {
  const channel = guild.channels.get(channelId)!;
  if (![10, 11, 12].includes(channel.type!)) return channel.overwrites;
  const parent = guild.channels.get(channel.parentId ?? '');
  return parent && !parent.deleted ? parent.overwrites : null;
}

/** The member's rule precedes those of the roles, and these precede @everyone's; within a level, allow wins over deny. */
function byOverwrites(
  guild: ModelGuild,
  userId: string,
  roleIds: readonly Snowflake[],
  overwrites: OverwriteState[],
  permission: Permission,
): boolean | undefined {
  const isKnown = (id: string) => guild.roles.has(id);
  const levels = [
    overwrites.filter(({ type, id }) => type === 'member' && id === userId),
    overwrites.filter(({ type, id }) => type === 'role' && roleIds.some((held) => held === id)),
    overwrites.filter(({ type, id }) => type === 'role' && id === guild.id),
  ];
  for (const level of levels) {
    const counting = level.filter(({ type, id }) => type === 'member' || guild.roles.get(id) !== null);
    if (
      counting.some(
        ({ type, id, allow }) => (type === 'member' || isKnown(id)) && fromBits(allow).has(permission),
      )
    )
      return true;
    if (counting.some(({ deny }) => fromBits(deny).has(permission))) return false;
  }
  return undefined;
}
