import type { RelayClient } from '@discord-relay/client';
import type { Snowflake } from '@discord-relay/contracts';
import type { Directory } from '../channels/directory.js';

/** Props of every view. */
export interface ViewProps {
  client: RelayClient;
  directory: Directory;
}

export type GuildViewProps = ViewProps & { guildId: Snowflake };
export type ChannelViewProps = ViewProps & { channelId: Snowflake };

export const channelName = ({ channels }: Directory, channelId: Snowflake): string =>
  channels.find(({ id }) => id === channelId)?.name ?? channelId;
