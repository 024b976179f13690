import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import {
  AppError,
  guildHead,
  MODERATION_KINDS,
  type ModerationKind,
  type RestModerationPage,
} from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import type { Principal } from '../../access/principal.js';
import { feedHeads } from '../../read/changes.query.js';
import { listModeration } from '../../read/moderation.query.js';
import {
  Limit,
  OptionalCursor,
  OptionalId,
  OptionalInstant,
  OptionalWords,
} from '../../validation/fields.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { Answers, AuthenticatedApi, NeedsRight } from '../openapi/documented.js';
import { AuthorizedReader } from './authorized-reader.js';
import { IdParamsDto } from './requests.dto.js';

export class ModerationQueryDto {
  @OptionalWords(MODERATION_KINDS, 'Only these kinds, comma-separated.')
  kind?: ModerationKind[];

  @OptionalId('Only actions of this user.')
  moderator?: string;

  @OptionalId('Only actions that affect this user.')
  target?: string;

  @OptionalInstant('Only actions at this time or later.')
  from?: string;

  @OptionalInstant('Only actions before this time.')
  to?: string;

  @OptionalCursor('`next` of the previous page.')
  before?: string;

  @Limit(100, 50)
  limit = 50;
}

/** The moderation log of a guild: who did what to whom, when and why. */
@Controller('api/v1/guilds')
@AuthenticatedApi('Servers')
export class ModerationController {
  constructor(@Inject(AuthorizedReader) private readonly reader: AuthorizedReader) {}

  @Get(':id/moderation')
  @Answers('ModerationPage', 'What moderators and AutoMod did, newest first.')
  @NeedsRight('VIEW_AUDIT_LOG')
  moderation(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: IdParamsDto,
    @Query() { kind: kinds, moderator: moderatorId, target: targetId, ...page }: ModerationQueryDto,
  ): Promise<RestModerationPage> {
    const { before, limit, from, to } = page;
    const times = {
      from: from === undefined ? undefined : new Date(from),
      to: to === undefined ? undefined : new Date(to),
    };
    return this.reader.inGuild(principal, id, async ({ query, loadRights }) => {
      const { access } = await loadRights([]);
      if (!access.viewsAuditLog(principal, wallClockMs())) throw new AppError('AUTH.FORBIDDEN');
      const [seq] = await feedHeads(query, [guildHead(id)]);
      const filter = { kinds, moderatorId, targetId, ...times, before };
      return { ...(await listModeration(query, id, filter, limit)), seq: seq! };
    });
  }
}
