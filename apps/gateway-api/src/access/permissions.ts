import { type AccessRule, isRoom, type OverwriteState } from '@discord-relay/contracts';

/** The rights of a user in a channel: to see it, to read it live, and to read its history. Each requires the previous one. */
export interface Rights {
  see: boolean;
  read: boolean;
  history: boolean;
}

export const NO_RIGHTS: Rights = { see: false, read: false, history: false };
export const READ_ALL: Rights = { see: true, read: true, history: true };
const SEE_ONLY: Rights = { see: true, read: false, history: false };
const LIVE_ONLY: Rights = { see: true, read: true, history: false };

/** Discord's permission bits that decide who may read. */
export const ADMINISTRATOR = 1n << 3n;
export const VIEW_CHANNEL = 1n << 10n;
export const VIEW_AUDIT_LOG = 1n << 7n;
export const READ_MESSAGE_HISTORY = 1n << 16n;
export const CONNECT = 1n << 20n;
export const MANAGE_THREADS = 1n << 34n;

const EVERYTHING = (1n << 64n) - 1n;
/** The bits that {@link READ_ALL} requires. */
export const READING = VIEW_CHANNEL | CONNECT | READ_MESSAGE_HISTORY;
const ALLOWED_IN_TIMEOUT = VIEW_CHANNEL | READ_MESSAGE_HISTORY;

export interface Overwrite {
  allow: bigint;
  deny: bigint;
}

/** A channel's overwrites by the id of the role or the user. */
export interface Overwrites {
  roles: ReadonlyMap<string, Overwrite>;
  members: ReadonlyMap<string, Overwrite>;
}

export interface GuildRules {
  id: string;
  /** null: not known; then nobody counts as the owner. */
  ownerId: string | null;
  /** Permissions of each role, @everyone under the guild's id. null: the role was deleted; absent: not known. */
  roles: ReadonlyMap<string, bigint | null>;
}

export interface MemberRules {
  userId: string;
  /** null: not known; then the user has no rights, unless they are the owner. */
  roleIds: readonly string[] | null;
  /** Milliseconds since the Unix epoch; 0: no timeout. */
  timedOutUntilMs: number;
}

/** Called with each rule that applies, the ids that it concerns, and the permissions afterwards. */
export type Trace = (rule: AccessRule, ids: readonly string[], permissions: bigint) => void;

const THREADS: readonly number[] = [10, 11, 12];
const PRIVATE_THREAD = 12;

/** Whether Discord's channel type is a thread type; a thread has its parent's overwrites. */
export const isThread = (type: number | null): boolean => type !== null && THREADS.includes(type);

/**
 * The permissions that a member's roles grant, as a set of bits; null: the permissions of @everyone or the member's roles are
 * not known.
 */
export function basePermissions(guild: GuildRules, member: MemberRules, trace?: Trace): bigint | null {
  if (member.userId === guild.ownerId) return traced(trace, 'owner', [member.userId], EVERYTHING);
  const everyone = guild.roles.get(guild.id) ?? null;
  if (everyone === null) return (traced(trace, 'everyone_unknown', [guild.id], 0n), null);
  if (member.roleIds === null) return (traced(trace, 'roles_unknown', [member.userId], 0n), null);
  const held = member.roleIds.filter((id) => (guild.roles.get(id) ?? null) !== null);
  const permissions = held.reduce((bits, id) => bits | guild.roles.get(id)!, everyone);
  traced(trace, 'roles', [guild.id, ...held], permissions);
  if ((permissions & ADMINISTRATOR) === 0n) return permissions;
  return traced(trace, 'administrator', [], EVERYTHING);
}

/**
 * {@link basePermissions} limited by the `overwrites` of a channel, or of the parent of a thread; null: the overwrites are
 * not known, so only the owner and administrators have rights.
 */
export function channelPermissions(
  guild: GuildRules,
  member: MemberRules,
  base: bigint | null,
  overwrites: Overwrites | null,
  nowMs: number,
  trace?: Trace,
): bigint {
  if (base === EVERYTHING || base === null) return base ?? 0n;
  if (overwrites === null) return traced(trace, 'overwrites_unknown', [], 0n);
  const permissions = applyOverwrites(guild, member, overwrites, base, trace);
  if (!(member.timedOutUntilMs > nowMs)) return permissions;
  return traced(trace, 'timeout', [member.userId], permissions & ALLOWED_IN_TIMEOUT);
}

/** {@link basePermissions} as they apply to the guild as a whole. */
export function guildPermissions(member: MemberRules, base: bigint | null, nowMs: number): bigint {
  if (base === EVERYTHING || base === null) return base ?? 0n;
  return member.timedOutUntilMs > nowMs ? base & ALLOWED_IN_TIMEOUT : base;
}

/** The {@link Rights} that these permissions grant; in a private thread they also depend on its membership. */
export function rightsOf(
  permissions: bigint,
  type: number | null,
  isInThread: boolean,
  trace?: Trace,
): Rights {
  const has = (bit: bigint) => (permissions & bit) !== 0n;
  if (!has(VIEW_CHANNEL)) return NO_RIGHTS;
  if (type === PRIVATE_THREAD && !isInThread && !has(MANAGE_THREADS)) {
    trace?.('private_thread', [], permissions & ~VIEW_CHANNEL);
    return NO_RIGHTS;
  }
  if (isRoom(type) && !has(CONNECT)) return SEE_ONLY;
  return has(READ_MESSAGE_HISTORY) ? READ_ALL : LIVE_ONLY;
}

function applyOverwrites(
  guild: GuildRules,
  member: MemberRules,
  overwrites: Overwrites,
  base: bigint,
  trace?: Trace,
): bigint {
  let permissions = base;
  const everyone = overwrites.roles.get(guild.id);
  if (everyone)
    permissions = traced(trace, 'everyone_overwrite', [guild.id], applyOverwrite(permissions, everyone));
  const held = member.roleIds ?? [];
  const roleIds = held.filter((id) => overwrites.roles.has(id) && isInForce(guild, id));
  if (roleIds.length > 0) {
    const together = sumOf(guild, overwrites, roleIds);
    permissions = traced(trace, 'role_overwrites', roleIds, applyOverwrite(permissions, together));
  }
  const own = overwrites.members.get(member.userId);
  return own
    ? traced(trace, 'member_overwrite', [member.userId], applyOverwrite(permissions, own))
    : permissions;
}

/** An overwrite of a deleted role has no effect. @everyone is handled separately. */
const isInForce = (guild: GuildRules, roleId: string): boolean =>
  roleId !== guild.id && guild.roles.get(roleId) !== null;

/** A role that is not known yet may deny, but not grant. */
function sumOf(guild: GuildRules, overwrites: Overwrites, roleIds: readonly string[]): Overwrite {
  const sum = { allow: 0n, deny: 0n };
  for (const id of roleIds) {
    const { allow, deny } = overwrites.roles.get(id)!;
    sum.deny |= deny;
    if (guild.roles.has(id)) sum.allow |= allow;
  }
  return sum;
}

const applyOverwrite = (permissions: bigint, { allow, deny }: Overwrite): bigint =>
  (permissions & ~deny) | allow;

function traced(
  trace: Trace | undefined,
  rule: AccessRule,
  ids: readonly string[],
  permissions: bigint,
): bigint {
  trace?.(rule, ids, permissions);
  return permissions;
}

/** Parses permission bits in Discord's decimal format; null if the text has another format. */
export const bitsOf = (text: string | null): bigint | null =>
  text !== null && /^\d{1,20}$/.test(text) ? BigInt(text) : null;

/** Parses overwrites once, because a channel's rights are computed often. null: not known, or not valid. */
export function overwritesOf(states: readonly OverwriteState[] | null): Overwrites | null {
  if (states === null) return null;
  const parsed = { roles: new Map<string, Overwrite>(), members: new Map<string, Overwrite>() };
  for (const { id, type, allow, deny } of states) {
    const bits = { allow: bitsOf(allow), deny: bitsOf(deny) };
    if (bits.allow === null || bits.deny === null) return null;
    parsed[type === 'role' ? 'roles' : 'members'].set(id, bits as Overwrite);
  }
  return parsed;
}
