/** Discord's channel type numbers and their names on the wire. */
const NAMES = {
  0: 'text',
  2: 'voice',
  4: 'category',
  5: 'announcement',
  10: 'announcement_thread',
  11: 'public_thread',
  12: 'private_thread',
  13: 'stage',
  14: 'directory',
  15: 'forum',
  16: 'media',
} as const;

/** `unknown`: a type that Discord added later; `discordType` says which. */
export type ChannelType = (typeof NAMES)[keyof typeof NAMES] | 'unknown';

export const CHANNEL_TYPES: readonly ChannelType[] = [...Object.values(NAMES), 'unknown'];

/** The name of a channel type number; `unknown` for a number that this version does not know. */
export const channelTypeOf = (discordType: number): ChannelType =>
  Object.hasOwn(NAMES, discordType) ? NAMES[discordType as keyof typeof NAMES] : 'unknown';
