import { Inject, Injectable } from '@nestjs/common';
import type { Snowflake } from '@discord-relay/contracts';
import type { Query, RelayReader } from '@discord-relay/mcp';
import type { Principal } from '../access/principal.js';
import { ChannelReads } from '../http/endpoints/channel-reads.js';
import { GuildReads } from '../http/endpoints/guild-reads.js';
import { QueueQueryDto } from '../http/endpoints/queue.dto.js';
import { QueueReads } from '../http/endpoints/queue-reads.js';
import {
  GapsQueryDto,
  HistoryQueryDto,
  IdParamsDto,
  SearchQueryDto,
  SpanQueryDto,
} from '../http/endpoints/requests.dto.js';
import { SearchReads } from '../http/endpoints/search-reads.js';
import { requestValidation } from '../validation/request-validation.js';

const validation = requestValidation();

/** The parameters as the endpoint of the same name receives them. @throws BadRequestException naming each wrong one */
const checked = <T extends object>(type: new () => T, query: object): Promise<T> =>
  validation.transform({ ...query }, { type: 'query', metatype: type }) as Promise<T>;

const idIn = async (id: string): Promise<Snowflake> => (await checked(IdParamsDto, { id })).id;

/** Reads for the MCP server by the same code as the REST endpoints, with the rights of a caller. */
@Injectable()
export class PrincipalReaders {
  constructor(
    @Inject(GuildReads) private readonly guilds: GuildReads,
    @Inject(ChannelReads) private readonly channels: ChannelReads,
    @Inject(SearchReads) private readonly searches: SearchReads,
    @Inject(QueueReads) private readonly queues: QueueReads,
  ) {}

  of(principal: Principal): RelayReader {
    return { ...this.guildsFor(principal), ...this.channelsFor(principal) };
  }

  private guildsFor(
    principal: Principal,
  ): Pick<RelayReader, 'guilds' | 'channels' | 'queue' | 'guildStatistics' | 'gaps' | 'search'> {
    const { guilds, queues, searches } = this;
    return {
      guilds: () => guilds.guilds(principal),
      channels: async (id) => guilds.channels(principal, await idIn(id)),
      queue: async (id, query) => queues.list(principal, await idIn(id), await checked(QueueQueryDto, query)),
      guildStatistics: async (id, query) =>
        guilds.statistics(principal, await idIn(id), await checked(SpanQueryDto, query)),
      gaps: async (id, query) => guilds.gaps(principal, await idIn(id), await checked(GapsQueryDto, query)),
      search: async (query: Query) => searches.search(principal, await checked(SearchQueryDto, query)),
    };
  }

  private channelsFor(principal: Principal): Pick<RelayReader, 'channel' | 'messages' | 'channelStatistics'> {
    const { channels } = this;
    return {
      channel: async (id) => channels.channel(principal, await idIn(id)),
      messages: async (id, query) =>
        channels.messages(principal, await idIn(id), await checked(HistoryQueryDto, query)),
      channelStatistics: async (id, query) =>
        channels.statistics(principal, await idIn(id), await checked(SpanQueryDto, query)),
    };
  }
}
