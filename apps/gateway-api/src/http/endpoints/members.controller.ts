import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import type { RestMemberPage, RestRole } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { findMembers, listMembers, listRoles } from '../../read/members.query.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { Answers, AuthenticatedApi } from '../openapi/documented.js';
import { NoFieldsDto } from '../../validation/fields.js';
import { AuthorizedReader } from './authorized-reader.js';
import { IdParamsDto, MembersQueryDto } from './requests.dto.js';

/** Members and roles of a guild. Discord shows both to every member. */
@Controller('api/v1/guilds/:id')
@AuthenticatedApi('Servers')
export class MembersController {
  constructor(@Inject(AuthorizedReader) private readonly reading: AuthorizedReader) {}

  @Get('members')
  @Answers('MemberPage', 'Known members of a guild, ordered by id.')
  members(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() { ids, after, limit }: MembersQueryDto,
  ): Promise<RestMemberPage> {
    return this.reading.inGuild(principal, id, async ({ query }) =>
      ids ? findMembers(query, id, ids) : listMembers(query, id, after ?? '0', limit),
    );
  }

  @Get('roles')
  @Answers('Role[]', 'Roles of a guild, highest first.')
  roles(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() _query: NoFieldsDto,
  ): Promise<RestRole[]> {
    return this.reading.inGuild(principal, id, ({ query }) => listRoles(query, id));
  }
}
