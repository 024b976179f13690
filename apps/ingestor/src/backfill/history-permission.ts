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
export function mayReadHistory({ guild, member, userId }: Reader, channel: Fields): boolean {
  if (guild.owner_id === userId) return true;
  const roleIds = new Set<unknown>(Array.isArray(member.roles) ? member.roles : []);
  const roles = listOf(guild.roles).filter(({ id }) => id === guild.id || roleIds.has(id));
  const base = roles.reduce((all, { permissions }) => all | bits(permissions), 0n);
  if (base & PermissionFlagsBits.Administrator) return true;
  const overwrites = listOf(channel.permission_overwrites);
  const everyone = overwrites.filter(({ id }) => id === guild.id);
  const ofRoles = overwrites.filter(({ id }) => id !== guild.id && roleIds.has(id));
  const own = overwrites.filter(({ id }) => id === userId);
  const granted = [everyone, ofRoles, own].reduce(overwritten, base);
  return (granted & NEEDED) === NEEDED;
}

function overwritten(permissions: bigint, overwrites: readonly Fields[]): bigint {
  const deny = overwrites.reduce((all, overwrite) => all | bits(overwrite.deny), 0n);
  const allow = overwrites.reduce((all, overwrite) => all | bits(overwrite.allow), 0n);
  return (permissions & (ALL ^ deny)) | allow;
}
