export type ChannelKind = 'text' | 'announcement' | 'thread' | 'voice' | 'stage' | 'category' | 'other';

/** Discord's channel type numbers. */
const KINDS: Readonly<Record<number, ChannelKind>> = {
  0: 'text',
  2: 'voice',
  4: 'category',
  5: 'announcement',
  10: 'thread',
  11: 'thread',
  12: 'thread',
  13: 'stage',
};

export const channelKind = (type: number): ChannelKind => KINDS[type] ?? 'other';

/** Whether the channel has messages to follow. */
export const isJoinable = (type: number): boolean =>
  ['text', 'announcement', 'thread'].includes(channelKind(type));

/** What a reader is told about a channel that cannot be opened here. */
export const KIND_LABELS: Readonly<Record<ChannelKind, string>> = {
  text: 'Text channel',
  announcement: 'Announcement channel',
  thread: 'Thread',
  voice: 'Voice channel, not shown here',
  stage: 'Stage channel, not shown here',
  category: 'Category',
  other: 'A kind of channel that is not shown here',
};
