import type { Snowflake, WireChannel } from '@discord-relay/contracts';
import { type ReactNode, useMemo } from 'react';
import { isJoinable } from '../../channels/channel-kind.js';
import { pathOf } from '../../routes/place.js';
import { isMediaOn } from './media-setting.js';
import { ContentContext, NO_CONTENT_CONTEXT } from './content-context.js';

interface WorkspaceContentProps {
  channels: readonly WireChannel[];
  children: ReactNode;
}

/** Provides the names and addresses of the channels that the reader may see. */
export function WorkspaceContent({ channels, children }: WorkspaceContentProps) {
  const value = useMemo(() => {
    const byId = new Map<string, WireChannel>(channels.map((channel) => [channel.id, channel]));
    return {
      ...NO_CONTENT_CONTEXT,
      media: isMediaOn,
      channel: (id: string) => named(byId.get(id)),
      messageHref: (channelId: string, messageId: string) =>
        byId.has(channelId)
          ? pathOf({ view: 'channel', channelId: channelId as Snowflake, messageId: messageId as Snowflake })
          : null,
    };
  }, [channels]);
  return <ContentContext value={value}>{children}</ContentContext>;
}

function named(channel: WireChannel | undefined) {
  if (!channel) return undefined;
  const { id, name, type } = channel;
  return isJoinable(type) ? { name, href: pathOf({ view: 'channel', channelId: id }) } : { name };
}
