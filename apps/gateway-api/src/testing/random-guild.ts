import fc from 'fast-check';
import type { AccessChange, OverwriteState, Snowflake } from '@discord-relay/contracts';
import type { GuildFacts, MemberFacts } from '../access/guild-facts.js';

/** Permissions by name, with their bit position. */
const PLACES = {
  ADMINISTRATOR: 3,
  VIEW_CHANNEL: 10,
  SEND_MESSAGES: 11,
  READ_MESSAGE_HISTORY: 16,
  CONNECT: 20,
  MANAGE_THREADS: 34,
  SEND_POLLS: 49,
} as const;

export type Permission = keyof typeof PLACES;

export interface ModelChannel {
  type: number | null;
  parentId: string | null;
  overwrites: OverwriteState[] | null;
  deleted: boolean;
}

export interface ModelMember {
  /** null: not known. */
  roleIds: Snowflake[] | null;
  timedOutUntil: string | null;
  left: boolean;
  guest?: boolean;
}

/** A guild as plain data: what the read models hold about it. */
export interface ModelGuild {
  id: Snowflake;
  ownerId: Snowflake | null;
  left: boolean;
  /** Decimal bits; null: deleted. */
  roles: Map<string, string | null>;
  channels: Map<string, ModelChannel>;
  members: Map<string, ModelMember>;
  threadMembers: Map<string, Set<string>>;
}

const ids = (...list: string[]) => list as Snowflake[];
export const GUILD_ID = '1' as Snowflake;
export const USERS = ids('11', '12', '13', '14');
export const ROLES = ids('21', '22', '23');
export const CHANNELS = ids('31', '32', '33');
export const THREADS = ids('41', '42', '43');
export const PLACES_OF_GUILD = [...CHANNELS, ...THREADS];
/** Timeouts end before this time. */
export const LAST_MS = 4_000;

export function toBits(permissions: readonly Permission[]): string {
  return permissions.reduce((sum, name) => sum + (1n << BigInt(PLACES[name])), 0n).toString();
}

export function fromBits(bits: string): Set<Permission> {
  const names = Object.keys(PLACES) as Permission[];
  return new Set(names.filter((name) => (BigInt(bits) / (1n << BigInt(PLACES[name]))) % 2n === 1n));
}

const rarely = { weight: 1 };
const permission = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Permission>('ADMINISTRATOR') },
  { weight: 30, arbitrary: fc.constantFrom(...(Object.keys(PLACES) as Permission[]).slice(1)) },
);
const bits = fc.uniqueArray(permission, { maxLength: 4 }).map(toBits);
const idOf = (list: readonly Snowflake[]) => fc.constantFrom(...list);
const some = (list: readonly Snowflake[]) => fc.subarray([...list]);
const iso = fc.integer({ min: 0, max: LAST_MS }).map((ms) => new Date(ms).toISOString());
const mostly = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 12 });

const overwrite: fc.Arbitrary<OverwriteState> = fc
  .oneof(
    fc.record({ type: fc.constant('role' as const), id: idOf([GUILD_ID, ...ROLES]) }),
    fc.record({ type: fc.constant('member' as const), id: idOf(USERS) }),
  )
  .chain((of) => fc.record({ allow: bits, deny: bits }).map((sets) => ({ ...of, ...sets })));
const overwrites = fc.uniqueArray(overwrite, { maxLength: 3, selector: ({ id }) => id });

const is = <O extends AccessChange['of']>(of: O) => ({ of: fc.constant(of) });
const ofGuild = fc.record({
  ...is('guild'),
  ownerId: fc.option(idOf(USERS)),
  left: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { ...rarely, arbitrary: fc.constant(true) }),
});
const ofRole = fc.record({
  ...is('role'),
  roleId: idOf([GUILD_ID, ...ROLES]),
  permissions: mostly(bits),
});
const ofMember = fc.record({
  ...is('member'),
  userId: idOf(USERS),
  roleIds: mostly(some(ROLES)),
  timedOutUntil: fc.option(iso),
  left: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { ...rarely, arbitrary: fc.constant(true) }),
  guest: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { ...rarely, arbitrary: fc.constant(true) }),
});
const deleted = fc.oneof(
  { weight: 9, arbitrary: fc.constant(false) },
  { ...rarely, arbitrary: fc.constant(true) },
);
const ofChannel = fc.record({
  ...is('channel'),
  channelId: idOf(CHANNELS),
  type: mostly(fc.constantFrom(0, 2, 4, 5, 13, 15)),
  parentId: fc.option(idOf(CHANNELS)),
  overwrites: mostly(overwrites),
  deleted,
});
const ofThread = fc.record({
  ...is('channel'),
  channelId: idOf(THREADS),
  type: mostly(fc.constantFrom(10, 11, 12, 12)),
  parentId: mostly(idOf(CHANNELS)),
  overwrites: fc.constant(null),
  deleted,
});
const ofThreadMembers = fc
  .record({ threadId: idOf(THREADS), added: some(USERS), removed: some(USERS) })
  .map(({ threadId, added, removed }) => ({
    of: 'thread_members' as const,
    threadId,
    added,
    removed: removed.filter((id) => !added.includes(id)),
  }));

/** One change of a guild, of any kind. */
export const anyChange: fc.Arbitrary<AccessChange> = fc.oneof(
  { ...rarely, arbitrary: ofGuild },
  { weight: 3, arbitrary: ofRole },
  { weight: 3, arbitrary: ofMember },
  { weight: 3, arbitrary: ofChannel },
  { weight: 3, arbitrary: ofThread },
  { weight: 2, arbitrary: ofThreadMembers },
);

/** A guild whose state is completely known. */
const wholeGuild: fc.Arbitrary<AccessChange[]> = fc
  .tuple(
    fc.subarray<Permission>(['VIEW_CHANNEL', 'READ_MESSAGE_HISTORY', 'CONNECT'], { minLength: 2 }),
    fc.tuple(
      ...ROLES.map((roleId) => fc.record({ ...is('role'), roleId: fc.constant(roleId), permissions: bits })),
    ),
    fc.tuple(...USERS.map((userId) => ofMember.map((member) => ({ ...member, userId, left: false })))),
    fc.tuple(...CHANNELS.map((channelId) => ofChannel.map((of) => ({ ...of, channelId, deleted: false })))),
    fc.tuple(...THREADS.map((channelId) => ofThread.map((of) => ({ ...of, channelId, deleted: false })))),
  )
  .map(([everyone, ...rest]) => [
    { of: 'role', roleId: GUILD_ID, permissions: toBits(everyone) },
    ...rest.flat(),
  ]);

/** A guild after random changes; its state is usually completely known. */
export const anyGuild: fc.Arbitrary<ModelGuild> = fc
  .tuple(
    fc.oneof({ weight: 5, arbitrary: wholeGuild }, { ...rarely, arbitrary: fc.constant([]) }),
    fc.array(anyChange, { maxLength: 10 }),
  )
  .map(([whole, changes]) => {
    const guild = emptyGuild();
    for (const change of [...whole, ...changes]) applyToModel(guild, change);
    return guild;
  });

export const emptyGuild = (): ModelGuild => ({
  id: GUILD_ID,
  ownerId: null,
  left: false,
  roles: new Map(),
  channels: new Map(),
  members: new Map(),
  threadMembers: new Map(),
});

/** Applies the change as a projector would. */
export function applyToModel(guild: ModelGuild, change: AccessChange): void {
  switch (change.of) {
    case 'guild':
      guild.ownerId = change.ownerId;
      guild.left = change.left;
      return;
    case 'role':
      guild.roles.set(change.roleId, change.permissions);
      return;
    case 'member': {
      const { roleIds, timedOutUntil, left, guest } = change;
      guild.members.set(change.userId, { roleIds, timedOutUntil, left, guest });
      if (left) for (const users of guild.threadMembers.values()) users.delete(change.userId);
      return;
    }
    case 'channel': {
      const { type, parentId, overwrites, deleted } = change;
      guild.channels.set(change.channelId, { type, parentId, overwrites, deleted });
      if (deleted) guild.threadMembers.delete(change.channelId);
      return;
    }
    case 'thread_members': {
      if (guild.channels.get(change.threadId)?.deleted) return;
      const inside = guild.threadMembers.get(change.threadId) ?? new Set();
      for (const id of change.added) inside.add(id);
      for (const id of change.removed) inside.delete(id);
      guild.threadMembers.set(change.threadId, inside);
    }
  }
}

/** The guild as it would be read now, with these users. */
export function factsOfModel(guild: ModelGuild, userIds: readonly string[], seq: number): GuildFacts {
  return {
    id: guild.id,
    present: !guild.left,
    ownerId: guild.ownerId,
    seq,
    roles: [...guild.roles].map(([id, permissions]) => ({ id, permissions })),
    channels: [...guild.channels].map(([id, channel]) => ({ id, ...channel })),
    members: userIds.map((userId) => memberOfModel(guild, userId)),
  };
}

export function memberOfModel(guild: ModelGuild, userId: string): MemberFacts {
  const {
    roleIds,
    timedOutUntil,
    left,
    guest = false,
  } = guild.members.get(userId) ?? {
    roleIds: [],
    timedOutUntil: null,
    left: true,
  };
  const threadIds = [...guild.threadMembers].filter(([, users]) => users.has(userId)).map(([id]) => id);
  const timedOutUntilMs = timedOutUntil === null ? 0 : Date.parse(timedOutUntil);
  return { userId, roleIds, timedOutUntilMs, left, guest, threadIds };
}
