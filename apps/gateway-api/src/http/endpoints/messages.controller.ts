import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import {
  AppError,
  type WireHistoryMessage,
  type RestReactionPage,
  type RestRevision,
} from '@discord-relay/contracts';
import { seesAllChannels, type Principal } from '../../access/principal.js';
import { findMessage } from '../../read/messages/messages.query.js';
import { listReactions, listRevisions } from '../../read/messages/message-details.query.js';
import type { Querying } from '../../database/read-model.database.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { Answers, AuthenticatedApi } from '../openapi/documented.js';
import { AuthorizedReader } from './authorized-reader.js';
import { MessageParamsDto, ReactionsQueryDto } from './requests.dto.js';
import { NoFieldsDto } from '../../validation/fields.js';

@Controller('api/v1/channels/:id/messages/:messageId')
@AuthenticatedApi('Messages')
export class MessagesController {
  constructor(@Inject(AuthorizedReader) private readonly reading: AuthorizedReader) {}

  @Get()
  @Answers('Message', 'A message.')
  message(
    @CurrentPrincipal() principal: Principal,
    @Param() { id, messageId }: MessageParamsDto,
    @Query() _query: NoFieldsDto,
  ): Promise<WireHistoryMessage> {
    return this.reading.inChannel(principal, id, 'history', ({ query }) =>
      demandMessage(query, id, messageId),
    );
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
  reactions(
    @CurrentPrincipal() principal: Principal,
    @Param() { id, messageId }: MessageParamsDto,
    @Query() { emoji, after, limit }: ReactionsQueryDto,
  ): Promise<RestReactionPage> {
    return this.reading.inChannel(principal, id, 'history', async ({ query }) => {
      await demandMessage(query, id, messageId);
      return listReactions(query, messageId, { emoji, after, limit });
    });
  }
}

/** @throws AppError `MESSAGE.NOT_FOUND` */
async function demandMessage(
  query: Querying,
  channelId: string,
  messageId: string,
): Promise<WireHistoryMessage> {
  const message = await findMessage(query, channelId, messageId);
  if (!message) throw new AppError('MESSAGE.NOT_FOUND');
  return message;
}
