/** Dispatches as Discord sends them, for specs; `changes` override or, with undefined, remove keys. */
type Changes = Record<string, unknown>;

export const GUILD_ID = '1100000000000000001';
export const CHANNEL_ID = '1100000000000000002';
export const MESSAGE_ID = '1300000000000000003';
export const USER_ID = '1000000000000000004';

export const dispatch = (t: string, d: unknown, s: number = 7) => ({ op: 0, t, s, d });

export const message = (changes: Changes = {}): Changes => ({
  id: MESSAGE_ID,
  channel_id: CHANNEL_ID,
  guild_id: GUILD_ID,
  author: { id: USER_ID, username: 'ada', global_name: 'Ada', avatar: null, discriminator: '0' },
  content: 'hello',
  timestamp: '2025-03-01T10:00:00.123000+00:00',
  edited_timestamp: null,
  tts: false,
  mention_everyone: false,
  mentions: [],
  mention_roles: [],
  attachments: [],
  embeds: [],
  pinned: false,
  type: 0,
  flags: 0,
  ...changes,
});

export const channel = (changes: Changes = {}): Changes => ({
  id: CHANNEL_ID,
  guild_id: GUILD_ID,
  type: 0,
  name: 'general',
  topic: 'all of it',
  position: 3,
  parent_id: null,
  nsfw: false,
  permission_overwrites: [{ id: GUILD_ID, type: 0, allow: '0', deny: '1024' }],
  ...changes,
});

export const guild = (changes: Changes = {}): Changes => ({
  id: GUILD_ID,
  name: 'Analytical Engines',
  icon: null,
  owner_id: USER_ID,
  channels: [channel({ guild_id: undefined })],
  ...changes,
});
