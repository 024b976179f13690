import { Inject, Injectable } from '@nestjs/common';
import type {
  RestChannel,
  RestGapPage,
  RestGuildStatistics,
  Snowflake,
  WireGuild,
} from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { listChannelRows } from '../../read/channels.query.js';
import { listGaps } from '../../read/gaps.query.js';
import { newestMessageIds } from '../../read/messages/newest-messages.query.js';
import { hoursOfChannels, sumsOfChannels } from '../../read/statistics.query.js';
import { withoutHidden } from '../as-of/as-of-context.js';
import { toRestChannel } from '../as-of/places-as-of.js';
import { AuthorizedReader, type GuildReadContext } from './authorized-reader.js';
import { type GapsQueryDto, type SpanQueryDto, spanOf } from './requests.dto.js';

/** What a caller may see of a guild at present; for REST and for MCP. Errors as {@link AuthorizedReader.inGuild}. */
@Injectable()
export class GuildReads {
  constructor(@Inject(AuthorizedReader) private readonly reader: AuthorizedReader) {}

  guilds(principal: Principal): Promise<WireGuild[]> {
    return this.reader.guilds(principal);
  }

  channels(principal: Principal, guildId: Snowflake): Promise<RestChannel[]> {
    return this.reader.inGuild(principal, guildId, (reading) => channelsOf(reading, guildId));
  }

  gaps(principal: Principal, guildId: Snowflake, request: GapsQueryDto): Promise<RestGapPage> {
    const { before, limit, from, to } = request;
    return this.reader.inGuild(principal, guildId, async ({ query, loadRights }) => {
      const seq = before === undefined ? undefined : Number(before);
      const page = await listGaps(query, guildId, { before: seq, from, to, limit });
      return { ...page, gaps: await withoutHidden(page.gaps, loadRights) };
    });
  }

  /** @throws AppError also `REQUEST.INVALID` as {@link spanOf} */
  async statistics(
    principal: Principal,
    guildId: Snowflake,
    request: SpanQueryDto,
  ): Promise<RestGuildStatistics> {
    const span = spanOf(request);
    return this.reader.inGuild(principal, guildId, async (reading) => {
      const { rights, visibleChannels: visible } = await reading.loadRights();
      const channelIds = visible().filter((channelId) => rights(channelId).history);
      const channels = await sumsOfChannels(reading.query, channelIds, span);
      return { guildId, channels, hours: await hoursOfChannels(reading.query, channelIds, span) };
    });
  }
}

/** The present channels of a guild that the caller may see. */
export async function channelsOf(
  { query, loadRights }: GuildReadContext,
  guildId: Snowflake,
): Promise<RestChannel[]> {
  const rows = await listChannelRows(query, [guildId]);
  const { rights } = await loadRights(rows.map((row) => row.id));
  const seen = rows.filter((row) => rights(row.id).see);
  const newest = await newestMessageIds(
    query,
    seen.map((row) => row.id).filter((channelId) => rights(channelId).history),
  );
  return seen.map((row) => ({ ...toRestChannel(row, rights), ...newest.get(row.id) }));
}
