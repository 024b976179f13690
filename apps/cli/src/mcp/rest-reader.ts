import type { Query, RelayReader } from '@discord-relay/mcp';
import type { CliConfig } from '../config.js';
import { requestGateway } from '../services/gateway-request.js';

/** A search may take seconds. */
const TIMEOUT_MS = 30_000;

/** Reads for the MCP server by requests to gateway-api, which applies the rights of the token to each. */
export function restReader(config: CliConfig): RelayReader {
  const get = <T>(path: string, query: Query = {}): Promise<T> =>
    requestGateway<T>(config, {
      method: 'GET',
      path: `/api/v1/${path}?${new URLSearchParams(query)}`,
      timeoutMs: TIMEOUT_MS,
    });
  return {
    guilds: () => get('guilds'),
    channels: (id) => get(`guilds/${id}/channels`),
    channel: (id) => get(`channels/${id}`),
    messages: (id, query) => get(`channels/${id}/messages`, query),
    search: (query) => get('search', query),
    queue: (id, query) => get(`guilds/${id}/queue`, query),
    guildStatistics: (id, query) => get(`guilds/${id}/statistics`, query),
    channelStatistics: (id, query) => get(`channels/${id}/statistics`, query),
    gaps: (id, query) => get(`guilds/${id}/gaps`, query),
  };
}
