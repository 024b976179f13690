import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import {
  AppError,
  type WireHistoryMessage,
  type RestReactionPage,
  type RestRevision,
} from '@discord-relay/contracts';
import { seesAllChannels, type Principal } from '../../access/principal.js';
import { findMessageAsOf } from '../../read/as-of/messages-as-of.query.js';
import { findMessage } from '../../read/messages/messages.query.js';
import { listReactions, listRevisions } from '../../read/messages/message-details.query.js';
import type { Querying } from '../../database/read-model.database.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { Answers, AuthenticatedApi } from '../openapi/documented.js';
import { channelAsOf, tellAsOf } from '../as-of/as-of-context.js';
import { LogMoments } from '../as-of/log-moments.js';
import { AuthorizedReader, demandHistory } from './authorized-reader.js';
import { AsOfQueryDto, MessageParamsDto, ReactionsQueryDto } from './requests.dto.js';
import { NoFieldsDto } from '../../validation/fields.js';

@Controller('api/v1/channels/:id/messages/:messageId')
@AuthenticatedApi('Messages')
export class MessagesController {
  constructor(
    @Inject(AuthorizedReader) private readonly reading: AuthorizedReader,
    @Inject(LogMoments) private readonly moments: LogMoments,
  ) {}

  @Get()
  @Answers('Message', 'A message.')
  async message(
    @CurrentPrincipal() principal: Principal,
    @Param() { id, messageId }: MessageParamsDto,
    @Query() { asOf }: AsOfQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WireHistoryMessage> {
    const moment = await this.moments.findAsOf(asOf);
    return this.reading.inChannel(principal, id, 'history', async (reading) => {
      const { query } = reading;
      if (!moment) return demandMessage(query, id, messageId);
      const found = await channelAsOf(reading, moment, demandHistory);
      tellAsOf(response, found.asOf);
      const { seq } = found.point;
      return demandMessage(query, id, messageId, { seq, hideSuperseded: !reading.seesAllChannels });
    });
  }

  @Get('revisions')
  @Answers('Revision[]', 'All versions of a message’s content, oldest first; for analysts and admins.')
  async revisions(
    @CurrentPrincipal() principal: Principal,
    @Param() { id, messageId }: MessageParamsDto,
    @Query() _query: NoFieldsDto,
  ): Promise<RestRevision[]> {
    if (!seesAllChannels(principal)) throw new AppError('AUTH.FORBIDDEN');
    return this.reading.inChannel(principal, id, 'history', async ({ query }) => {
      await demandMessage(query, id, messageId);
      return listRevisions(query, messageId);
    });
  }

  @Get('reactions')
  @Answers('ReactionPage', 'Reactions to a message with their users, by emoji.')
  async reactions(
    @CurrentPrincipal() principal: Principal,
    @Param() { id, messageId }: MessageParamsDto,
    @Query() { emoji, after, limit, asOf }: ReactionsQueryDto,
  ): Promise<RestReactionPage> {
    const moment = await this.moments.findAsOf(asOf);
    return this.reading.inChannel(principal, id, 'history', async (reading) => {
      const { query } = reading;
      const found = moment && (await channelAsOf(reading, moment, demandHistory));
      const seq = found?.point.seq;
      await demandMessage(query, id, messageId, found && { seq: found.point.seq, hideSuperseded: true });
      const page = await listReactions(query, messageId, { emoji, after, limit, asOf: seq });
      return { ...page, ...(found && { asOf: found.asOf }) };
    });
  }
}

/** @throws AppError `MESSAGE.NOT_FOUND` */
async function demandMessage(
  query: Querying,
  channelId: string,
  messageId: string,
  asOf?: Parameters<typeof findMessageAsOf>[3],
): Promise<WireHistoryMessage> {
  const message =
    asOf === undefined
      ? await findMessage(query, channelId, messageId)
      : await findMessageAsOf(query, channelId, messageId, asOf);
  if (!message) throw new AppError('MESSAGE.NOT_FOUND');
  return message;
}
