import type {
  RestChannel,
  RestChannelStatistics,
  RestGapPage,
  RestGuildStatistics,
  RestMessagePage,
  RestQueuePage,
  RestSearchPage,
  WireGuild,
} from '@discord-relay/contracts';

/** Parameters of a request of the REST API, as in its query string. */
export type Query = Readonly<Record<string, string>>;

/**
 * Reads the relay with the rights that one caller has at the time of each call. Parameters and answers are those of the REST
 * API, and so are the refusals.
 */
export interface RelayReader {
  guilds(): Promise<WireGuild[]>;
  channels(guildId: string): Promise<RestChannel[]>;
  channel(channelId: string): Promise<RestChannel>;
  messages(channelId: string, query: Query): Promise<RestMessagePage>;
  search(query: Query): Promise<RestSearchPage>;
  queue(guildId: string, query: Query): Promise<RestQueuePage>;
  guildStatistics(guildId: string, query: Query): Promise<RestGuildStatistics>;
  channelStatistics(channelId: string, query: Query): Promise<RestChannelStatistics>;
  gaps(guildId: string, query: Query): Promise<RestGapPage>;
}

/** The parameters that are given, as text. */
export const queryOf = (parameters: Readonly<Record<string, string | number | undefined>>): Query =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
