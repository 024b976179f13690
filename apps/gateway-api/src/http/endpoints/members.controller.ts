import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { RestMemberPage, RestRole } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import {
  findMembers,
  findMembersAsOf,
  listMembers,
  listMembersAsOf,
  listRoles,
  listRolesAsOf,
} from '../../read/members.query.js';
import { guildAsOf, tellAsOf } from '../as-of/as-of-context.js';
import { LogMoments } from '../as-of/log-moments.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { Answers, AuthenticatedApi } from '../openapi/documented.js';
import { AuthorizedReader } from './authorized-reader.js';
import { AsOfQueryDto, IdParamsDto, MembersQueryDto } from './requests.dto.js';

/** Members and roles of a guild. Discord shows both to every member. */
@Controller('api/v1/guilds/:id')
@AuthenticatedApi('Servers')
export class MembersController {
  constructor(
    @Inject(AuthorizedReader) private readonly reading: AuthorizedReader,
    @Inject(LogMoments) private readonly moments: LogMoments,
  ) {}

  @Get('members')
  @Answers('MemberPage', 'Known members of a guild, ordered by id.')
  async members(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() { ids, after = '0', limit, asOf }: MembersQueryDto,
  ): Promise<RestMemberPage> {
    const moment = await this.moments.findAsOf(asOf);
    return this.reading.inGuild(principal, id, async (reading) => {
      const { query } = reading;
      if (!moment) return ids ? findMembers(query, id, ids) : listMembers(query, id, after, limit);
      const found = await guildAsOf(reading, id, moment);
      const { seq } = found.point;
      const page = ids
        ? await findMembersAsOf(query, id, ids, seq)
        : await listMembersAsOf(query, id, { after, limit }, seq);
      return { ...page, asOf: found.asOf };
    });
  }

  @Get('roles')
  @Answers('Role[]', 'Roles of a guild, highest first.')
  async roles(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() { asOf }: AsOfQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RestRole[]> {
    const moment = await this.moments.findAsOf(asOf);
    return this.reading.inGuild(principal, id, async (reading) => {
      if (!moment) return listRoles(reading.query, id);
      const found = await guildAsOf(reading, id, moment);
      tellAsOf(response, found.asOf);
      return listRolesAsOf(reading.query, id, found.point.seq);
    });
  }
}
