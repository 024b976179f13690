import type { RelayClient } from '@discord-relay/client';
import type { Role, Snowflake, WireChannel } from '@discord-relay/contracts';
import { type ReactNode, useMemo } from 'react';
import { isJoinable } from '../../channels/channel-kind.js';
import { pathOf } from '../../routes/place.js';
import { isMediaOn } from '../context/cdn.js';
import { ContentContext, type ContentContextValue, NO_CONTENT_CONTEXT } from '../context/content-context.js';
import { PeopleCache } from '../people/people-cache.js';
import { PeopleContext } from '../people/use-guild-people.js';
import { messageRequests } from './message-requests.js';

interface WorkspaceContentProps {
  client: RelayClient | null;
  role: Role | undefined;
  channels: readonly WireChannel[];
  children: ReactNode;
}

/** Provides the names and addresses of the channels that the reader may see, and what is requested about a message. */
export function WorkspaceContent({ client, role, channels, children }: WorkspaceContentProps) {
  const people = useMemo(() => client && new PeopleCache(client), [client]);
  const value = useMemo((): ContentContextValue => {
    const byId = new Map<string, WireChannel>(channels.map((channel) => [channel.id, channel]));
    return {
      ...NO_CONTENT_CONTEXT,
      media: isMediaOn,
      channel: (id: string) => named(byId.get(id)),
      messageHref: (channelId: string, messageId: string) =>
        byId.has(channelId)
          ? pathOf({ view: 'channel', channelId: channelId as Snowflake, messageId: messageId as Snowflake })
          : null,
      ...(client && people && messageRequests(client, people, role)),
    };
  }, [client, people, role, channels]);
  return (
    <PeopleContext value={people}>
      <ContentContext value={value}>{children}</ContentContext>
    </PeopleContext>
  );
}

function named(channel: WireChannel | undefined) {
  if (!channel) return undefined;
  const { id, name, type } = channel;
  return isJoinable(type) ? { name, href: pathOf({ view: 'channel', channelId: id }) } : { name };
}
