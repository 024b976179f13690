import { GatewayIntentBits as I } from 'discord-api-types/v10';

const KNOWN_BITS = Object.values(I)
  .filter((value): value is I => typeof value === 'number')
  .reduce((all, bit) => all | bit, 0);

const BY_INTENT: readonly [number, readonly string[]][] = [
  [
    I.Guilds,
    [
      'GUILD_CREATE',
      'GUILD_UPDATE',
      'GUILD_DELETE',
      'GUILD_ROLE_CREATE',
      'GUILD_ROLE_UPDATE',
      'GUILD_ROLE_DELETE',
    ],
  ],
  [I.Guilds, ['CHANNEL_CREATE', 'CHANNEL_UPDATE', 'CHANNEL_DELETE']],
  [I.Guilds, ['VOICE_CHANNEL_STATUS_UPDATE', 'VOICE_CHANNEL_START_TIME_UPDATE']],
  [I.Guilds, ['THREAD_CREATE', 'THREAD_UPDATE', 'THREAD_DELETE', 'THREAD_LIST_SYNC', 'THREAD_MEMBER_UPDATE']],
  [I.Guilds, ['STAGE_INSTANCE_CREATE', 'STAGE_INSTANCE_UPDATE', 'STAGE_INSTANCE_DELETE']],
  [I.Guilds | I.DirectMessages, ['CHANNEL_PINS_UPDATE']],
  [I.Guilds | I.GuildMembers, ['THREAD_MEMBERS_UPDATE']],
  [I.GuildMembers, ['GUILD_MEMBER_ADD', 'GUILD_MEMBER_UPDATE', 'GUILD_MEMBER_REMOVE']],
  [I.GuildModeration, ['GUILD_AUDIT_LOG_ENTRY_CREATE', 'GUILD_BAN_ADD', 'GUILD_BAN_REMOVE']],
  [I.GuildExpressions, ['GUILD_EMOJIS_UPDATE', 'GUILD_STICKERS_UPDATE', 'GUILD_SOUNDBOARD_SOUNDS_UPDATE']],
  [
    I.GuildExpressions,
    ['GUILD_SOUNDBOARD_SOUND_CREATE', 'GUILD_SOUNDBOARD_SOUND_UPDATE', 'GUILD_SOUNDBOARD_SOUND_DELETE'],
  ],
  [
    I.GuildIntegrations,
    ['GUILD_INTEGRATIONS_UPDATE', 'INTEGRATION_CREATE', 'INTEGRATION_UPDATE', 'INTEGRATION_DELETE'],
  ],
  [I.GuildWebhooks, ['WEBHOOKS_UPDATE']],
  [I.GuildInvites, ['INVITE_CREATE', 'INVITE_DELETE']],
  [I.GuildVoiceStates, ['VOICE_CHANNEL_EFFECT_SEND', 'VOICE_STATE_UPDATE']],
  [I.GuildPresences, ['PRESENCE_UPDATE']],
  [I.GuildMessages | I.DirectMessages, ['MESSAGE_CREATE', 'MESSAGE_UPDATE', 'MESSAGE_DELETE']],
  [I.GuildMessages, ['MESSAGE_DELETE_BULK']],
  [I.GuildMessageReactions | I.DirectMessageReactions, ['MESSAGE_REACTION_ADD', 'MESSAGE_REACTION_REMOVE']],
  [
    I.GuildMessageReactions | I.DirectMessageReactions,
    ['MESSAGE_REACTION_REMOVE_ALL', 'MESSAGE_REACTION_REMOVE_EMOJI'],
  ],
  [I.GuildMessageTyping | I.DirectMessageTyping, ['TYPING_START']],
  [
    I.GuildScheduledEvents,
    ['GUILD_SCHEDULED_EVENT_CREATE', 'GUILD_SCHEDULED_EVENT_UPDATE', 'GUILD_SCHEDULED_EVENT_DELETE'],
  ],
  [I.GuildScheduledEvents, ['GUILD_SCHEDULED_EVENT_USER_ADD', 'GUILD_SCHEDULED_EVENT_USER_REMOVE']],
  [
    I.AutoModerationConfiguration,
    ['AUTO_MODERATION_RULE_CREATE', 'AUTO_MODERATION_RULE_UPDATE', 'AUTO_MODERATION_RULE_DELETE'],
  ],
  [I.AutoModerationExecution, ['AUTO_MODERATION_ACTION_EXECUTION']],
  [I.GuildMessagePolls | I.DirectMessagePolls, ['MESSAGE_POLL_VOTE_ADD', 'MESSAGE_POLL_VOTE_REMOVE']],
];

/** Intents that only cover direct messages: they grant no guild events. */
const DIRECT_ONLY =
  I.DirectMessages | I.DirectMessageReactions | I.DirectMessageTyping | I.DirectMessagePolls;

const MASKS = new Map(BY_INTENT.flatMap(([mask, names]) => names.map((name) => [name, mask] as const)));

/** Intent bits of which a session needs at least one for a guild's event; 0 if the event is always sent. */
export function intentsForGuildEvent(name: string): number {
  return (MASKS.get(name) ?? 0) & ~DIRECT_ONLY;
}

/** Whether an IDENTIFY may contain these bits. */
export function areIntentsValid(intents: unknown): intents is number {
  return Number.isSafeInteger(intents) && (intents as number) >= 0 && (intents as number) <= 0x7fffffff
    ? ((intents as number) & ~KNOWN_BITS) === 0
    : false;
}

export const MESSAGE_CONTENT: number = I.MessageContent;
