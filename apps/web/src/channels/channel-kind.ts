import type { ChannelType } from '@discord-relay/contracts';

export type ChannelKind = 'text' | 'announcement' | 'thread' | 'voice' | 'stage' | 'category' | 'other';

const KINDS: Partial<Record<ChannelType, ChannelKind>> = {
  text: 'text',
  voice: 'voice',
  category: 'category',
  announcement: 'announcement',
  announcement_thread: 'thread',
  public_thread: 'thread',
  private_thread: 'thread',
  stage: 'stage',
};

export const channelKind = (type: ChannelType): ChannelKind => KINDS[type] ?? 'other';

/** Whether the channel has messages to follow. */
export const isJoinable = (type: ChannelType): boolean =>
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
