import { channel, CHANNEL_ID, guild, GUILD_ID, message, MESSAGE_ID, USER_ID } from './dispatches.js';

type Payload = Record<string, unknown>;

const user = { id: USER_ID, username: 'ada', global_name: null, avatar: null };
const member = { user, roles: ['1'], joined_at: '2025-03-01T10:00:00+00:00', flags: 0, pending: false };
const role = { id: '1', name: 'mods', permissions: '1024', position: 1, color: 0 };
const inGuild = { guild_id: GUILD_ID };
const inChannel = { ...inGuild, channel_id: CHANNEL_ID };
const onMessage = { ...inChannel, message_id: MESSAGE_ID, user_id: USER_ID };
const emoji = { id: null, name: '❤️' };
const reaction = { ...onMessage, emoji, burst: false, type: 0 };
const vote = { ...onMessage, answer_id: 1 };
const metadata = { archived: false, locked: false, auto_archive_duration: 60 };
const thread = channel({ id: '20', type: 11, parent_id: CHANNEL_ID, thread_metadata: metadata });
const voiceState = { ...inChannel, user_id: USER_ID, session_id: 's', self_mute: false, member };
const sound = { ...inGuild, sound_id: '30', name: 'quack', volume: 0.5 };
const scheduled = { ...inGuild, id: '40', name: 'party', status: 1, entity_type: 3, entity_metadata: null };
const interest = { ...inGuild, guild_scheduled_event_id: '40', user_id: USER_ID };
const stage = { ...inChannel, id: '50', topic: 'on air' };
const invite = { ...inChannel, code: 'abc', inviter: user, max_uses: 0, uses: 0 };
const integration = { ...inGuild, id: '60', name: 'x', type: 'discord', enabled: true };
const rule = { ...inGuild, id: '70', name: 'no', creator_id: USER_ID, actions: [{ type: 1 }] };
const execution = { ...onMessage, action: { type: 1 }, rule_id: '70', rule_trigger_type: 1, content: 'x' };
const audit = { ...inGuild, id: '80', action_type: 1, user_id: USER_ID, changes: [{ key: 'name' }] };

const rich = message({
  components: [{ type: 1, components: [] }],
  sticker_items: [{ id: '9', name: 'wave', format_type: 1 }],
  poll: { question: { text: 'tea?' }, answers: [{ answer_id: 1, poll_media: { text: 'yes' } }] },
  mentions: [user],
  mention_roles: ['1'],
});

const whole = guild({
  channels: [channel({ guild_id: undefined }), channel({ id: '21', type: 2, user_limit: 5 })],
  threads: [thread],
  roles: [role],
  members: [member],
  voice_states: [{ ...voiceState, guild_id: undefined, member: undefined }],
  stage_instances: [stage],
  guild_scheduled_events: [scheduled],
  emojis: [{ id: '90', name: 'ours' }],
  stickers: [{ id: '91', name: 'wave', tags: 'x', format_type: 1 }],
  soundboard_sounds: [sound],
});

/** A payload of every dispatch that is recorded, with every list filled. */
export const PAYLOADS: Readonly<Record<string, Payload>> = {
  GUILD_CREATE: whole,
  GUILD_UPDATE: guild(),
  GUILD_DELETE: { id: GUILD_ID },
  CHANNEL_CREATE: channel(),
  CHANNEL_UPDATE: channel(),
  CHANNEL_DELETE: channel(),
  CHANNEL_PINS_UPDATE: { ...inChannel, last_pin_timestamp: null },
  VOICE_CHANNEL_STATUS_UPDATE: { ...inGuild, id: CHANNEL_ID, status: 'reading' },
  THREAD_CREATE: { ...thread, newly_created: true },
  THREAD_UPDATE: thread,
  THREAD_DELETE: thread,
  THREAD_LIST_SYNC: { ...inGuild, threads: [thread], members: [{ id: '20', user_id: USER_ID }] },
  THREAD_MEMBER_UPDATE: { ...inGuild, id: '20', user_id: USER_ID },
  THREAD_MEMBERS_UPDATE: { ...inGuild, id: '20', added_members: [{ user_id: USER_ID }] },
  VOICE_STATE_UPDATE: voiceState,
  MESSAGE_CREATE: rich,
  MESSAGE_UPDATE: rich,
  MESSAGE_DELETE: message(),
  MESSAGE_DELETE_BULK: { ...inChannel, ids: ['1', '2'] },
  MESSAGE_REACTION_ADD: reaction,
  MESSAGE_REACTION_REMOVE: reaction,
  MESSAGE_REACTION_REMOVE_ALL: reaction,
  MESSAGE_REACTION_REMOVE_EMOJI: reaction,
  MESSAGE_POLL_VOTE_ADD: vote,
  MESSAGE_POLL_VOTE_REMOVE: vote,
  GUILD_MEMBER_ADD: { ...inGuild, ...member },
  GUILD_MEMBER_UPDATE: { ...inGuild, ...member },
  GUILD_MEMBER_REMOVE: { ...inGuild, user },
  GUILD_MEMBERS_CHUNK: { ...inGuild, members: [member, member], chunk_index: 0, chunk_count: 1 },
  GUILD_BAN_ADD: { ...inGuild, user },
  GUILD_BAN_REMOVE: { ...inGuild, user },
  GUILD_ROLE_CREATE: { ...inGuild, role },
  GUILD_ROLE_UPDATE: { ...inGuild, role },
  GUILD_ROLE_DELETE: { ...inGuild, role_id: '1' },
  GUILD_EMOJIS_UPDATE: { ...inGuild, emojis: whole['emojis'] },
  GUILD_STICKERS_UPDATE: { ...inGuild, stickers: whole['stickers'] },
  GUILD_SOUNDBOARD_SOUND_CREATE: sound,
  GUILD_SOUNDBOARD_SOUND_UPDATE: sound,
  GUILD_SOUNDBOARD_SOUND_DELETE: sound,
  GUILD_SOUNDBOARD_SOUNDS_UPDATE: { ...inGuild, soundboard_sounds: [sound] },
  GUILD_SCHEDULED_EVENT_CREATE: scheduled,
  GUILD_SCHEDULED_EVENT_UPDATE: scheduled,
  GUILD_SCHEDULED_EVENT_DELETE: scheduled,
  GUILD_SCHEDULED_EVENT_USER_ADD: interest,
  GUILD_SCHEDULED_EVENT_USER_REMOVE: interest,
  STAGE_INSTANCE_CREATE: stage,
  STAGE_INSTANCE_UPDATE: stage,
  STAGE_INSTANCE_DELETE: stage,
  INVITE_CREATE: invite,
  INVITE_DELETE: invite,
  WEBHOOKS_UPDATE: inChannel,
  INTEGRATION_CREATE: integration,
  INTEGRATION_UPDATE: integration,
  INTEGRATION_DELETE: integration,
  AUTO_MODERATION_RULE_CREATE: rule,
  AUTO_MODERATION_RULE_UPDATE: rule,
  AUTO_MODERATION_RULE_DELETE: rule,
  AUTO_MODERATION_ACTION_EXECUTION: execution,
  GUILD_AUDIT_LOG_ENTRY_CREATE: audit,
  PRESENCE_UPDATE: { ...inGuild, user, status: 'online', activities: [{ name: 'x' }] },
  TYPING_START: { ...inChannel, user_id: USER_ID, timestamp: 1_740_000_000 },
};
