import { PermissionFlagsBits } from 'discord-api-types/v10';
import { isFields, readList, type Fields } from '../normalize/read-fields.js';

const ALL = ~0n;
const NEEDED = PermissionFlagsBits.ViewChannel | PermissionFlagsBits.ReadMessageHistory;

const bits = (value: unknown): bigint =>
  typeof value === 'string' && /^\d{1,20}$/.test(value) ? BigInt(value) : 0n;

const listOf = (value: unknown): Fields[] =>
  readList(value, (each) => (isFields(each) ? each : undefined)).items;

/** Who reads: the guild with its roles, and the member that the bot is. */
export interface Reader {
  guild: Fields;
  member: Fields;
  userId: string;
}

/**
 * Whether the reader may read a channel's history. Without the permission Discord answers with an empty page instead
 * of a refusal, which looks like a channel whose messages are all gone.
 */
export const mayReadHistory = (reader: Reader, channel: Fields): boolean =>
  (permissionsIn(reader, channel) & NEEDED) === NEEDED;

/** Whether all private threads of a channel may be seen, not only those that the reader is in. */
export const mayManageThreads = (reader: Reader, channel: Fields): boolean =>
  (permissionsIn(reader, channel) & PermissionFlagsBits.ManageThreads) !== 0n;

function permissionsIn({ guild, member, userId }: Reader, channel: Fields): bigint {
  if (guild.owner_id === userId) return ALL;
  const roleIds = new Set<unknown>(Array.isArray(member.roles) ? member.roles : []);
  const roles = listOf(guild.roles).filter(({ id }) => id === guild.id || roleIds.has(id));
  const base = roles.reduce((all, { permissions }) => all | bits(permissions), 0n);
  if (base & PermissionFlagsBits.Administrator) return ALL;
  const overwrites = listOf(channel.permission_overwrites);
  const everyone = overwrites.filter(({ id }) => id === guild.id);
  const ofRoles = overwrites.filter(({ id }) => id !== guild.id && roleIds.has(id));
  const own = overwrites.filter(({ id }) => id === userId);
  return [everyone, ofRoles, own].reduce(overwritten, base);
}

function overwritten(permissions: bigint, overwrites: readonly Fields[]): bigint {
  const deny = overwrites.reduce((all, overwrite) => all | bits(overwrite.deny), 0n);
  const allow = overwrites.reduce((all, overwrite) => all | bits(overwrite.allow), 0n);
  return (permissions & (ALL ^ deny)) | allow;
}
