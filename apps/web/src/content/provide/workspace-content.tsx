import type { RelayClient } from '@discord-relay/client';
import type { RestAttachmentLink, Snowflake, WireChannel } from '@discord-relay/contracts';
import { type ReactNode, useMemo } from 'react';
import { isJoinable } from '../../channels/channel-kind.js';
import { pathOf } from '../../routes/place.js';
import { isMediaOn } from './media-setting.js';
import { ContentContext, NO_CONTENT_CONTEXT } from './content-context.js';

interface WorkspaceContentProps {
  client: RelayClient | null;
  channels: readonly WireChannel[];
  children: ReactNode;
}

/** Provides the names and addresses of the channels that the reader may see, and fresh addresses of files. */
export function WorkspaceContent({ client, channels, children }: WorkspaceContentProps) {
  const value = useMemo(() => {
    const byId = new Map<string, WireChannel>(channels.map((channel) => [channel.id, channel]));
    return {
      ...NO_CONTENT_CONTEXT,
      media: isMediaOn,
      mediaUrl: (messageId: string, attachmentId: string) => mediaUrl(client, messageId, attachmentId),
      channel: (id: string) => named(byId.get(id)),
      messageHref: (channelId: string, messageId: string) =>
        byId.has(channelId)
          ? pathOf({ view: 'channel', channelId: channelId as Snowflake, messageId: messageId as Snowflake })
          : null,
    };
  }, [client, channels]);
  return <ContentContext value={value}>{children}</ContentContext>;
}

function named(channel: WireChannel | undefined) {
  if (!channel) return undefined;
  const { id, name, type } = channel;
  return isJoinable(type) ? { name, href: pathOf({ view: 'channel', channelId: id }) } : { name };
}

/** The service obtains it from Discord. */
async function mediaUrl(
  client: RelayClient | null,
  messageId: string,
  attachmentId: string,
): Promise<string | null> {
  if (!client) return null;
  return (await client.get<RestAttachmentLink>(`/api/v1/attachments/${messageId}/${attachmentId}`)).url;
}
