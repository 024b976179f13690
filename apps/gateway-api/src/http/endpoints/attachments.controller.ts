import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError, type RestAttachmentLink, type RestAttachmentText } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { ReadModelDatabase } from '../../database/read-model.database.js';
import { FreshLinks } from '../../media/fresh-links.js';
import { readText } from '../../media/read-text.js';
import { findAttachments } from '../../read/messages/attachments.query.js';
import { Id, NoFieldsDto } from '../../validation/fields.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { Answers, AuthenticatedApi, MayRedirect } from '../openapi/documented.js';
import { AuthorizedReader } from './authorized-reader.js';

export class AttachmentParamsDto {
  @Id('Id of the message.')
  messageId!: string;

  @Id('Id of the attachment.')
  attachmentId!: string;
}

/** The files of messages. Discord's addresses of them expire within a day, so each is obtained when it is needed. */
@Controller('api/v1/attachments')
@AuthenticatedApi('Messages')
export class AttachmentsController {
  constructor(
    @Inject(ReadModelDatabase) private readonly database: ReadModelDatabase,
    @Inject(AuthorizedReader) private readonly reader: AuthorizedReader,
    @Inject(FreshLinks) private readonly links: FreshLinks,
  ) {}

  @Get(':messageId/:attachmentId')
  @Answers(
    'AttachmentLink',
    'A fresh address of an attachment: a redirect, or JSON where only that is accepted.',
  )
  @MayRedirect()
  async attachment(
    @CurrentPrincipal() principal: Principal,
    @Param() { messageId, attachmentId }: AttachmentParamsDto,
    @Query() _query: NoFieldsDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RestAttachmentLink> {
    const recorded = await this.recordedUrl(principal, messageId, attachmentId);
    const { url, expiresAt } = await this.links.of(recorded);
    response.vary('Accept');
    if (request.accepts(['*/*', 'application/json']) !== 'application/json')
      response.status(302).setHeader('Location', url);
    return { url, expiresAt: expiresAt.toISOString() };
  }

  @Get(':messageId/:attachmentId/text')
  @Answers('AttachmentText', 'The beginning of a text file, at most 50,000 bytes.')
  async text(
    @CurrentPrincipal() principal: Principal,
    @Param() { messageId, attachmentId }: AttachmentParamsDto,
    @Query() _query: NoFieldsDto,
  ): Promise<RestAttachmentText> {
    const recorded = await this.recordedUrl(principal, messageId, attachmentId);
    return readText((await this.links.of(recorded)).url);
  }

  /** @throws AppError `ATTACHMENT.NOT_FOUND`, also where the caller may not read the message */
  private async recordedUrl(principal: Principal, messageId: string, attachmentId: string): Promise<string> {
    const found = await findAttachments(this.database, messageId);
    if (!found) throw new AppError('ATTACHMENT.NOT_FOUND');
    return this.reader
      .inChannel(principal, found.channelId, 'history', async ({ query }) => {
        // Read again, now in the same state of the database as the rights.
        const { attachments } = (await findAttachments(query, messageId)) ?? {};
        const attachment = attachments?.find(({ id }) => id === attachmentId);
        if (!attachment) throw new AppError('ATTACHMENT.NOT_FOUND');
        return attachment.url;
      })
      .catch((error: unknown) => {
        const isHidden = error instanceof AppError && error.code.startsWith('CHANNEL.');
        throw isHidden ? new AppError('ATTACHMENT.NOT_FOUND') : error;
      });
  }
}
