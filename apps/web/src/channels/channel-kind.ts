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
