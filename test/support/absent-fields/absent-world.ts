type Payload = Record<string, unknown>;

/** A guild with hidden channels, as Discord describes it, with a few entities of every kind. */
export const GUILD = '900000000000000001';
export const OPEN = '900000000000000002';
export const STAFF = '900000000000000010';
export const CLOSED_TO_EVE = '900000000000000011';
export const ROOM = '900000000000000012';
export const THREAD = '900000000000000020';
export const STAFF_THREAD = '900000000000000021';
export const PRIVATE_THREAD = '900000000000000022';
export const MODS = '900000000000000030';
export const MUTED = '900000000000000031';
export const OWNER = '900000000000000040';
export const ADA = '900000000000000041';
export const BEN = '900000000000000042';
export const EVE = '900000000000000043';
export const TOM = '900000000000000044';
export const MESSAGE = '900000000000000050';

export const USERS = [OWNER, ADA, BEN, EVE, TOM];
export const PLACES = [OPEN, STAFF, CLOSED_TO_EVE, ROOM, THREAD, STAFF_THREAD, PRIVATE_THREAD];

const VIEW_CHANNEL = 1n << 10n;
const READ_MESSAGE_HISTORY = 1n << 16n;
const CONNECT = 1n << 20n;
const bits = (...all: bigint[]) => String(all.reduce((sum, bit) => sum | bit, 0n));
export const VIEW = bits(VIEW_CHANNEL);
export const READ = bits(VIEW_CHANNEL, READ_MESSAGE_HISTORY, CONNECT);

export const overwrite = (id: string, type: 0 | 1, allow: string, deny: string) => ({
  id,
  type,
  allow,
  deny,
});

export const channel = (id: string, changes: Payload = {}): Payload => ({
  id,
  guild_id: GUILD,
  type: 0,
  name: `channel ${id.slice(-2)}`,
  topic: 'talk',
  position: 1,
  parent_id: null,
  nsfw: false,
  permission_overwrites: [],
  ...changes,
});

export const CHANNELS: Readonly<Record<string, Payload>> = {
  [OPEN]: channel(OPEN),
  [STAFF]: channel(STAFF, {
    permission_overwrites: [overwrite(GUILD, 0, '0', VIEW), overwrite(MODS, 0, VIEW, '0')],
  }),
  [CLOSED_TO_EVE]: channel(CLOSED_TO_EVE, {
    permission_overwrites: [overwrite(EVE, 1, '0', VIEW), overwrite(MUTED, 0, '0', VIEW)],
  }),
  [ROOM]: channel(ROOM, { type: 2, user_limit: 5, bitrate: 64_000 }),
};

export const thread = (id: string, parent: string, changes: Payload = {}): Payload => ({
  id,
  guild_id: GUILD,
  type: 11,
  name: `thread ${id.slice(-2)}`,
  parent_id: parent,
  owner_id: ADA,
  message_count: 3,
  member_count: 2,
  applied_tags: [],
  thread_metadata: {
    archived: false,
    locked: false,
    invitable: true,
    archive_timestamp: '2025-02-01T00:00:00+00:00',
    auto_archive_duration: 60,
    create_timestamp: '2025-02-01T00:00:00+00:00',
  },
  ...changes,
});

export const THREADS: Readonly<Record<string, Payload>> = {
  [THREAD]: thread(THREAD, OPEN),
  [STAFF_THREAD]: thread(STAFF_THREAD, STAFF),
  [PRIVATE_THREAD]: thread(PRIVATE_THREAD, OPEN, { type: 12 }),
};

export const role = (id: string, permissions: string): Payload => ({
  id,
  name: `role ${id.slice(-2)}`,
  permissions,
  position: 1,
  color: 5,
  hoist: true,
  managed: false,
  mentionable: true,
});

export const ROLES: Readonly<Record<string, Payload>> = {
  [GUILD]: role(GUILD, READ),
  [MODS]: role(MODS, '0'),
  [MUTED]: role(MUTED, '0'),
};

export const member = (id: string, roles: string[], timedOutUntil: string | null = null): Payload => ({
  user: { id, username: `user ${id.slice(-2)}`, global_name: 'a name', avatar: 'a', bot: false },
  nick: 'a nick',
  roles,
  joined_at: '2025-01-01T00:00:00+00:00',
  communication_disabled_until: timedOutUntil,
  pending: false,
  flags: 1,
  avatar: 'b',
});

export const FAR = '2030-01-01T00:00:00+00:00';
export const MEMBERS: Readonly<Record<string, Payload>> = {
  [OWNER]: member(OWNER, []),
  [ADA]: member(ADA, [MODS]),
  [BEN]: member(BEN, []),
  [EVE]: member(EVE, [MUTED]),
  [TOM]: member(TOM, [], FAR),
};

export const voiceState = (userId: string, channelId: string | null): Payload => ({
  channel_id: channelId,
  user_id: userId,
  session_id: 's',
  self_mute: true,
  self_deaf: false,
  mute: true,
  deaf: false,
  self_video: false,
  suppress: false,
});

/** A new object each time, so that changing it affects nothing else. */
export const guild = (changes: Payload = {}): Payload =>
  structuredClone({
    id: GUILD,
    name: 'Test',
    icon: 'icon',
    owner_id: OWNER,
    channels: Object.values(CHANNELS),
    threads: Object.values(THREADS),
    roles: Object.values(ROLES),
    members: Object.values(MEMBERS),
    voice_states: [voiceState(BEN, ROOM)],
    emojis: [
      { id: '900000000000000060', name: 'ours', animated: false, available: true, managed: false, roles: [] },
    ],
    stickers: [],
    soundboard_sounds: [],
    stage_instances: [],
    guild_scheduled_events: [],
    ...changes,
  });

export const message = (changes: Payload = {}): Payload => ({
  id: MESSAGE,
  channel_id: OPEN,
  guild_id: GUILD,
  author: { id: ADA, username: 'ada', global_name: 'Ada', avatar: null },
  content: 'hello',
  timestamp: '2025-03-01T10:00:00.123000+00:00',
  edited_timestamp: null,
  mention_everyone: false,
  mentions: [{ id: BEN }],
  mention_roles: [MODS],
  attachments: [{ id: '900000000000000051', filename: 'a.png', size: 5, url: 'https://cdn/a.png' }],
  embeds: [{ title: 'a' }],
  components: [{ type: 1 }],
  sticker_items: [{ id: '900000000000000052', name: 'wave', format_type: 1 }],
  poll: { question: { text: 'tea?' }, answers: [{ answer_id: 1, poll_media: { text: 'yes' } }] },
  pinned: true,
  type: 0,
  flags: 4,
  ...changes,
});
