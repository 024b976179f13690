import type { ChannelType } from '@discord-relay/contracts';

export type ChannelKind =
  'text' | 'announcement' | 'thread' | 'voice' | 'stage' | 'forum' | 'category' | 'other';

const KINDS: Partial<Record<ChannelType, ChannelKind>> = {
  text: 'text',
  voice: 'voice',
  category: 'category',
  announcement: 'announcement',
  announcement_thread: 'thread',
  public_thread: 'thread',
  private_thread: 'thread',
  stage: 'stage',
  forum: 'forum',
  media: 'forum',
};

export const channelKind = (type: ChannelType): ChannelKind => KINDS[type] ?? 'other';

/** Whether the channel has messages to follow. */
export const isJoinable = (type: ChannelType): boolean =>
  ['text', 'announcement', 'thread'].includes(channelKind(type));

/** The label of a channel that cannot be opened here. */
export const KIND_LABELS: Readonly<Record<ChannelKind, string>> = {
  text: 'Text channel',
  announcement: 'Announcement channel',
  thread: 'Thread',
  voice: 'Voice channel',
  stage: 'Stage channel',
  forum: 'Forum',
  category: 'Category',
  other: 'A kind of channel that is not shown here',
};
