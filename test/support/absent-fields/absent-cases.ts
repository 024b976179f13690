import fc from 'fast-check';
import * as world from './absent-world.js';
import { LEFT_OUT, type Path, pathsIn, type Payload, spoil, UNREADABLE } from './spoil.js';

export interface Case {
  t: string;
  /** As Discord sends it. */
  whole: Payload;
  /** The same with some keys omitted or of a type that Discord never sends. */
  spoilt: Payload;
  /** What was omitted or garbled. */
  paths: Path[];
}

const { ADA, BEN, CHANNELS, EVE, GUILD, MEMBERS, MODS, MUTED, OPEN, PRIVATE_THREAD, ROLES, ROOM, TOM } =
  world;
const inGuild = { guild_id: GUILD };
const user = (id: string) => ({ id, username: 'new', global_name: null, avatar: null });
const onMessage = { ...inGuild, channel_id: OPEN, message_id: world.MESSAGE, user_id: BEN };
const reaction = { ...onMessage, emoji: { id: null, name: 'a' }, burst: false, type: 0 };

const pick = <T>(...all: T[]) => fc.constantFrom(...all);
const sets = pick('0', world.VIEW, world.READ, String(1n << 3n), String(1n << 34n));
const overwrites = fc.uniqueArray(
  fc.record({ of: pick([GUILD, 0], [MODS, 0], [MUTED, 0], [ADA, 1], [EVE, 1]), allow: sets, deny: sets }),
  { maxLength: 3, selector: ({ of }) => of[0] },
);
const asOverwrites = overwrites.map((all) =>
  all.map(({ of: [id, type], allow, deny }) => ({ id, type, allow, deny })),
);
const someRoles = fc.subarray([MODS, MUTED]);

/** At most one value that decides about rights differs from before. */
const channel: fc.Arbitrary<Payload> = fc
  .tuple(pick(...Object.values(CHANNELS)), fc.option(asOverwrites, { nil: undefined }))
  .map(([before, permission_overwrites]) => ({
    ...before,
    name: 'new',
    topic: null,
    position: 7,
    ...(permission_overwrites && { permission_overwrites }),
  }));
const thread: fc.Arbitrary<Payload> = pick(...Object.values(world.THREADS)).map((before) => ({
  ...before,
  name: 'new',
  message_count: 9,
}));
const role: fc.Arbitrary<Payload> = fc
  .tuple(pick(...Object.values(ROLES)), fc.option(sets, { nil: undefined }))
  .map(([before, permissions]) => ({ ...before, name: 'new', ...(permissions && { permissions }) }));
const member: fc.Arbitrary<Payload> = fc
  .tuple(
    pick(...Object.values(MEMBERS)),
    fc.oneof(
      someRoles.map((roles) => ({ roles })),
      pick(world.FAR, null).map((until) => ({ communication_disabled_until: until })),
    ),
  )
  .map(([before, changes]) => ({ ...before, ...changes, nick: 'new', ...inGuild }));
const guild: fc.Arbitrary<Payload> = fc.oneof(
  pick(world.guild(), world.guild({ name: 'new' }), world.guild({ owner_id: BEN })),
  channel.map((each) =>
    world.guild({ channels: Object.values(CHANNELS).map((old) => (old.id === each.id ? each : old)) }),
  ),
  role.map((each) =>
    world.guild({ roles: Object.values(ROLES).map((old) => (old.id === each.id ? each : old)) }),
  ),
  member.map((each) =>
    world.guild({
      members: Object.values(MEMBERS).map((old) =>
        (old.user as Payload).id === (each.user as Payload).id ? each : old,
      ),
    }),
  ),
);
const message = pick(world.message(), world.message({ id: '900000000000000059', content: 'new' }));
const only = (payload: Payload) => fc.constant(payload);

/** A dispatch of every type that makes rows, and its possible contents. */
export const DISPATCHES: Readonly<Record<string, fc.Arbitrary<Payload>>> = {
  GUILD_CREATE: guild,
  GUILD_UPDATE: pick({ ...world.guild(), owner_id: BEN, name: 'new' }, { ...world.guild(), name: 'new' }),
  GUILD_DELETE: only({ id: GUILD, unavailable: true }),
  CHANNEL_CREATE: channel,
  CHANNEL_UPDATE: channel,
  CHANNEL_DELETE: channel,
  CHANNEL_PINS_UPDATE: only({ ...inGuild, channel_id: OPEN, last_pin_timestamp: world.FAR }),
  VOICE_CHANNEL_STATUS_UPDATE: only({ ...inGuild, id: ROOM, status: 'new' }),
  THREAD_CREATE: thread.map((each) => ({ ...each, newly_created: true })),
  THREAD_UPDATE: thread,
  THREAD_DELETE: thread,
  THREAD_LIST_SYNC: only({
    ...inGuild,
    threads: Object.values(world.THREADS),
    members: [],
    channel_ids: [OPEN],
  }),
  THREAD_MEMBER_UPDATE: only({ ...inGuild, id: PRIVATE_THREAD, user_id: EVE }),
  THREAD_MEMBERS_UPDATE: only({
    ...inGuild,
    id: PRIVATE_THREAD,
    added_members: [{ user_id: EVE }],
    removed_member_ids: [ADA],
  }),
  VOICE_STATE_UPDATE: pick<Payload>(
    { ...world.voiceState(BEN, ROOM), ...inGuild, self_mute: false },
    { ...world.voiceState(ADA, ROOM), ...inGuild },
  ),
  MESSAGE_CREATE: message,
  MESSAGE_UPDATE: message,
  MESSAGE_REACTION_ADD: only(reaction),
  MESSAGE_REACTION_REMOVE: only(reaction),
  GUILD_MEMBER_ADD: member,
  GUILD_MEMBER_UPDATE: member,
  GUILD_MEMBER_REMOVE: only({ ...inGuild, user: user(TOM) }),
  GUILD_MEMBERS_CHUNK: only({
    ...inGuild,
    members: Object.values(MEMBERS),
    chunk_index: 0,
    chunk_count: 1,
    nonce: 'n',
  }),
  GUILD_ROLE_CREATE: role.map((each) => ({ ...inGuild, role: each })),
  GUILD_ROLE_UPDATE: role.map((each) => ({ ...inGuild, role: each })),
  GUILD_ROLE_DELETE: only({ ...inGuild, role_id: MODS }),
};

/** Dispatches that report deletions: what is left of them may do so too. */
export const DELETIONS: ReadonlySet<string> = new Set([
  'GUILD_DELETE',
  'CHANNEL_DELETE',
  'THREAD_DELETE',
  'GUILD_MEMBER_REMOVE',
  'GUILD_ROLE_DELETE',
]);

const spoilt = (t: string, whole: Payload): fc.Arbitrary<Case> => {
  const paths = pathsIn(whole);
  const one = fc.tuple(pick(...paths), fc.oneof(fc.constant<unknown>(LEFT_OUT), pick(...UNREADABLE)));
  return fc.array(one, { minLength: 1, maxLength: 5 }).map((changes) => {
    const copy = structuredClone(whole);
    for (const [path, put] of changes) spoil(copy, path, put);
    return { t, whole, spoilt: copy, paths: changes.map(([path]) => path) };
  });
};

export const anyCase: fc.Arbitrary<Case> = pick(...Object.keys(DISPATCHES)).chain((t) =>
  DISPATCHES[t]!.chain((whole) => spoilt(t, whole)),
);
