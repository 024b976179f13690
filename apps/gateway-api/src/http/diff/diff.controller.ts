import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { AppError, type RestChannelDiff, type RestGuildDiff } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import type { Moment } from '../../read/as-of/point.query.js';
import { changedMessages } from '../../read/as-of/diff.query.js';
import { channelAsOf, guildAsOf, type PointInTime } from '../as-of/as-of-context.js';
import { LogMoments } from '../as-of/log-moments.js';
import { AuthorizedReader, demandHistory } from '../endpoints/authorized-reader.js';
import { IdParamsDto } from '../endpoints/requests.dto.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { Answers, AuthenticatedApi } from '../openapi/documented.js';
import { DiffQueryDto } from './diff.dto.js';
import { guildDiff } from './guild-diff.js';

/** What changed between two points, limited to what the caller may see now and might see at both. */
@Controller('api/v1')
@AuthenticatedApi('Time travel')
export class DiffController {
  constructor(
    @Inject(AuthorizedReader) private readonly reading: AuthorizedReader,
    @Inject(LogMoments) private readonly moments: LogMoments,
  ) {}

  @Get('guilds/:id/diff')
  @Answers('GuildDiff', 'What changed in a guild between two points: its channels, roles, rooms and members.')
  async guild(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() { from, to, after = '0', limit }: DiffQueryDto,
  ): Promise<RestGuildDiff> {
    const moments = await this.momentsOf(from, to);
    return this.reading.inGuild(principal, id, async (reading) => {
      const ends = await ordered(moments, (moment) => guildAsOf(reading, id, moment));
      return guildDiff(reading, id, ends, { after, limit });
    });
  }

  @Get('channels/:id/diff')
  @Answers(
    'ChannelDiff',
    'The messages of a channel that were created, changed or deleted between two points.',
  )
  async channel(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() { from, to, after = '0', limit }: DiffQueryDto,
  ): Promise<RestChannelDiff> {
    const moments = await this.momentsOf(from, to);
    return this.reading.inChannel(principal, id, 'history', async (reading) => {
      const ends = await ordered(moments, (moment) => channelAsOf(reading, moment, demandHistory));
      const range = { from: ends.from.point.seq, to: ends.to.point.seq };
      const page = { after, limit, hideSuperseded: !reading.seesAllChannels };
      const found = await changedMessages(reading.query, id, range, page);
      return { from: ends.from.asOf, to: ends.to.asOf, ...found };
    });
  }

  private async momentsOf(from: string, to: string): Promise<[Moment, Moment]> {
    return [await this.moments.find('from', from), await this.moments.find('to', to)];
  }
}

/** @throws AppError `REQUEST.INVALID` when `from` is after `to` */
async function ordered(
  [from, to]: [Moment, Moment],
  find: (moment: Moment) => Promise<PointInTime>,
): Promise<{ from: PointInTime; to: PointInTime }> {
  const ends = { from: await find(from), to: await find(to) };
  if (ends.from.point.seq > ends.to.point.seq) throw new AppError('REQUEST.INVALID', 'from is after to');
  return ends;
}
