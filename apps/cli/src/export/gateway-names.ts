import type { RestChannel, RestMember, RestMemberPage, RestRole, WireGuild } from '@discord-relay/contracts';
import type { ArchiveSource } from '@discord-relay/export';
import { type Get, withRetries } from './gateway-source.js';

/** The names that gateway-api returns, for HTML exports. */
export class GatewayNames implements ArchiveSource {
  constructor(private readonly get: Get) {}

  roles(guildId: string): Promise<RestRole[]> {
    return this.repeat<RestRole[]>(`/api/v1/guilds/${guildId}/roles`);
  }

  async members(guildId: string, userIds: readonly string[]): Promise<RestMember[]> {
    const path = `/api/v1/guilds/${guildId}/members?ids=${userIds.join(',')}`;
    return (await this.repeat<RestMemberPage>(path)).members;
  }

  async guild(guildId: string): Promise<{ name: string; channels: ReadonlyMap<string, string> }> {
    const guilds = await this.repeat<WireGuild[]>('/api/v1/guilds');
    const channels = await this.repeat<RestChannel[]>(`/api/v1/guilds/${guildId}/channels`);
    const name = guilds.find(({ id }) => id === guildId)?.name ?? guildId;
    return { name, channels: new Map(channels.map((channel) => [channel.id, channel.name])) };
  }

  private repeat<T>(path: string): Promise<T> {
    return withRetries(() => this.get<T>(path), { isRestarting: true });
  }
}
