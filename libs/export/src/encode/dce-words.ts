import { sanitizeNumber } from '@discord-relay/contracts';

/** Discord's message type numbers by the names that exporters use; newer exports have the number of a type without a name. */
export const MESSAGE_TYPES: ReadonlyMap<string, number> = new Map([
  ['Default', 0],
  ['RecipientAdd', 1],
  ['RecipientRemove', 2],
  ['Call', 3],
  ['ChannelNameChange', 4],
  ['ChannelIconChange', 5],
  ['ChannelPinnedMessage', 6],
  ['GuildMemberJoin', 7],
  ['UserJoin', 7],
  ['UserPremiumGuildSubscription', 8],
  ['GuildBoost', 8],
  ['GuildBoostTier1', 9],
  ['GuildBoostTier2', 10],
  ['GuildBoostTier3', 11],
  ['ChannelFollowAdd', 12],
  ['GuildDiscoveryDisqualified', 14],
  ['GuildDiscoveryRequalified', 15],
  ['ThreadCreated', 18],
  ['Reply', 19],
  ['ChatInputCommand', 20],
  ['ApplicationCommand', 20],
  ['ThreadStarterMessage', 21],
  ['GuildInviteReminder', 22],
  ['ContextMenuCommand', 23],
  ['AutoModerationAction', 24],
  ['StageStart', 27],
  ['StageEnd', 28],
  ['StageSpeaker', 29],
  ['StageTopic', 31],
  ['PollResult', 46],
]);

/** A message at the beginning of a thread that shows the message from which the thread was made. */
export const THREAD_STARTER = 21;

/** Discord's channel type numbers by the names that exporters use. */
export const CHANNEL_TYPES: ReadonlyMap<string, number> = new Map([
  ['GuildTextChat', 0],
  ['DirectTextChat', 1],
  ['GuildVoiceChat', 2],
  ['DirectGroupTextChat', 3],
  ['GuildCategory', 4],
  ['GuildNews', 5],
  ['GuildStore', 6],
  ['GuildNewsThread', 10],
  ['GuildPublicThread', 11],
  ['GuildPrivateThread', 12],
  ['GuildStageVoice', 13],
  ['GuildDirectory', 14],
  ['GuildForum', 15],
  ['GuildMedia', 16],
]);

/** Channels between users, and groups of them. */
export const DIRECT_TYPES: ReadonlySet<number> = new Set([1, 3]);
export const THREAD_TYPES: ReadonlySet<number> = new Set([10, 11, 12]);

export const STICKER_FORMATS: ReadonlyMap<string, number> = new Map([
  ['Png', 1],
  ['Apng', 2],
  ['PngAnimated', 2],
  ['Lottie', 3],
  ['Gif', 4],
]);

/** The number of a type, by its name or its digits; undefined: neither is known. */
export function numberOf(types: ReadonlyMap<string, number>, word: unknown): number | undefined {
  if (typeof word === 'number')
    return Number.isInteger(word) && word >= 0 && word <= MAX_TYPE ? sanitizeNumber(word) : undefined;
  if (typeof word !== 'string') return undefined;
  return types.get(word) ?? (/^\d{1,4}$/.test(word) ? Number(word) : undefined);
}

/** The name of a type; without one, its digits. */
export function wordOf(types: ReadonlyMap<string, number>, type: number): string {
  for (const [word, number] of types) if (number === type && EXPORTED.has(word)) return word;
  return String(type);
}

const MAX_TYPE = 9_999;

/** The names that the present exporter writes. */
const EXPORTED: ReadonlySet<string> = new Set([
  ...['Default', 'RecipientAdd', 'RecipientRemove', 'Call', 'ChannelNameChange', 'ChannelIconChange'],
  ...['ChannelPinnedMessage', 'GuildMemberJoin', 'ThreadCreated', 'Reply'],
  ...[
    'GuildTextChat',
    'DirectTextChat',
    'GuildVoiceChat',
    'DirectGroupTextChat',
    'GuildCategory',
    'GuildNews',
  ],
  ...[
    'GuildNewsThread',
    'GuildPublicThread',
    'GuildPrivateThread',
    'GuildStageVoice',
    'GuildDirectory',
    'GuildForum',
  ],
  ...['Png', 'Apng', 'Lottie', 'Gif'],
]);
