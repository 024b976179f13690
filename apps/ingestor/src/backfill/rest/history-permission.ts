import { PermissionFlagsBits } from 'discord-api-types/v10';
import { isFields, type Fields } from '../../normalize/fields/read-fields.js';

const ALL = ~0n;
const NEEDED = PermissionFlagsBits.ViewChannel | PermissionFlagsBits.ReadMessageHistory;

/** Parses permission bits; undefined if they are missing or unreadable. */
const bits = (value: unknown): bigint | undefined =>
  typeof value === 'string' && /^\d{1,20}$/.test(value) ? BigInt(value) : undefined;

const listOf = (value: unknown): Fields[] | undefined =>
  Array.isArray(value) && value.every(isFields) ? value : undefined;

/** The bot as a member of a guild, and the guild with its roles. */
export interface HistoryReader {
  guild: Fields;
  member: Fields;
  userId: string;
}

/**
 * Whether the bot may read a channel's history; undefined when unknown. Without the permission, Discord answers with an empty page
 * instead of an error, as if all messages of the channel had been deleted.
 */
export const mayReadHistory = (reader: HistoryReader, channel: Fields): boolean | undefined =>
  has(permissionsIn(reader, channel), NEEDED);

/** Whether the bot may see all private threads of a channel, not only those that it has joined; undefined: unknown. */
export const mayManageThreads = (reader: HistoryReader, channel: Fields): boolean | undefined =>
  has(permissionsIn(reader, channel), PermissionFlagsBits.ManageThreads);

/** The known permissions; `whole` is false if an unknown role may add more. */
interface Known {
  permissions: bigint;
  whole: boolean;
}

function has(known: Known | undefined, needed: bigint): boolean | undefined {
  if (known === undefined) return undefined;
  if ((known.permissions & needed) === needed) return true;
  return known.whole ? false : undefined;
}

function permissionsIn({ guild, member, userId }: HistoryReader, channel: Fields): Known | undefined {
  if (guild.owner_id === userId) return { permissions: ALL, whole: true };
  const roles = listOf(guild.roles);
  const overwrites = listOf(channel.permission_overwrites);
  if (!roles || !overwrites || !Array.isArray(member.roles)) return undefined;
  const roleIds = new Set<unknown>([guild.id, ...(member.roles as unknown[])]);
  const own = roles.filter(({ id }) => roleIds.has(id)).map((role) => bits(role.permissions));
  const base = own.reduce<bigint>((all, each) => all | (each ?? 0n), 0n);
  if (base & PermissionFlagsBits.Administrator) return { permissions: ALL, whole: true };
  const steps = [
    overwrites.filter(({ id }) => id === guild.id),
    overwrites.filter(({ id }) => id !== guild.id && roleIds.has(id)),
    overwrites.filter(({ id }) => id === userId),
  ];
  const permissions = steps.reduce<bigint | undefined>(overwritten, base);
  const whole = own.length === roleIds.size && !own.includes(undefined);
  return permissions === undefined ? undefined : { permissions, whole };
}

/** A missing key means no bits, as at Discord; an unreadable one means unknown. */
function overwritten(permissions: bigint | undefined, overwrites: readonly Fields[]): bigint | undefined {
  const deny = allBits(overwrites, 'deny');
  const allow = allBits(overwrites, 'allow');
  if (permissions === undefined || deny === undefined || allow === undefined) return undefined;
  return (permissions & (ALL ^ deny)) | allow;
}

function allBits(overwrites: readonly Fields[], key: 'allow' | 'deny'): bigint | undefined {
  const values = overwrites.map((overwrite) => (overwrite[key] === undefined ? 0n : bits(overwrite[key])));
  if (values.some((each) => each === undefined)) return undefined;
  return values.reduce<bigint>((all, each) => all | each!, 0n);
}
