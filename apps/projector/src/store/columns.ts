/** Column -> type, in the order in which they are read and written. */
export type Columns = Readonly<Record<string, string>>;

/** The tables whose rows a batch loads, changes and writes back whole, each with a sequence. */
export const GUILDS = {
  id: 'bigint',
  name: 'text',
  icon: 'text',
  owner_id: 'bigint',
  available: 'boolean',
  left_at: 'timestamptz',
  seq: 'bigint',
};

export const CHANNELS = {
  id: 'bigint',
  guild_id: 'bigint',
  type: 'int',
  name: 'text',
  topic: 'text',
  position: 'int',
  parent_id: 'bigint',
  nsfw: 'boolean',
  overwrites: 'jsonb',
  last_pin_at: 'timestamptz',
  user_limit: 'int',
  bitrate: 'int',
  status: 'text',
  owner_id: 'bigint',
  archived: 'boolean',
  locked: 'boolean',
  invitable: 'boolean',
  archive_changed_at: 'timestamptz',
  auto_archive_minutes: 'int',
  thread_created_at: 'timestamptz',
  applied_tag_ids: 'bigint[]',
  message_count: 'int',
  member_count: 'int',
  deleted_at: 'timestamptz',
  seq: 'bigint',
};

export const ROLES = {
  id: 'bigint',
  guild_id: 'bigint',
  name: 'text',
  permissions: 'numeric',
  position: 'int',
  color: 'int',
  hoist: 'boolean',
  managed: 'boolean',
  mentionable: 'boolean',
  deleted_at: 'timestamptz',
  seq: 'bigint',
};

export const MEMBERS = {
  guild_id: 'bigint',
  user_id: 'bigint',
  username: 'text',
  profile: 'jsonb',
  nick: 'text',
  role_ids: 'bigint[]',
  joined_at: 'timestamptz',
  timed_out_until: 'timestamptz',
  pending: 'boolean',
  flags: 'bigint',
  avatar: 'text',
  left_at: 'timestamptz',
  seq: 'bigint',
};

export const VOICE_STATES = {
  guild_id: 'bigint',
  user_id: 'bigint',
  channel_id: 'bigint',
  since: 'timestamptz',
  username: 'text',
  state: 'jsonb',
  seq: 'bigint',
};

export const MESSAGES = {
  id: 'bigint',
  channel_id: 'bigint',
  guild_id: 'bigint',
  author_id: 'bigint',
  author_username: 'text',
  author: 'jsonb',
  content: 'text',
  created_at: 'timestamptz',
  edited_at: 'timestamptz',
  type: 'int',
  flags: 'bigint',
  pinned: 'boolean',
  webhook_id: 'bigint',
  attachments: 'jsonb',
  embeds: 'jsonb',
  components: 'jsonb',
  stickers: 'jsonb',
  poll: 'jsonb',
  mentions: 'jsonb',
  reference: 'jsonb',
  revision: 'int',
  partial: 'boolean',
  deleted_at: 'timestamptz',
  created_seq: 'bigint',
  content_seq: 'bigint',
  seq: 'bigint',
};

export const POLL_VOTES = {
  message_id: 'bigint',
  answer_id: 'int',
  user_id: 'bigint',
  present: 'boolean',
  seq: 'bigint',
};

export const POLL_COUNTS = {
  message_id: 'bigint',
  answer_id: 'int',
  votes: 'int',
  reported: 'boolean',
  seq: 'bigint',
};

export const GAPS = {
  gap_id: 'text',
  guild_id: 'bigint',
  shard_id: 'int',
  cause: 'text',
  opened_at: 'timestamptz',
  from_time: 'timestamptz',
  from_snowflake: 'bigint',
  to_time: 'timestamptz',
  to_snowflake: 'bigint',
  closed_at: 'timestamptz',
  recovered: 'jsonb',
  unrecoverable: 'text[]',
  channels: 'jsonb',
  seq: 'bigint',
};

export const FEED_HEADS = { feed: 'text', seq: 'bigint', guild_id: 'bigint' };

export const namesOf = (columns: Columns): string => Object.keys(columns).join(', ');

/** As `json_to_recordset` wants it. */
export const definitionOf = (columns: Columns): string =>
  Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');
