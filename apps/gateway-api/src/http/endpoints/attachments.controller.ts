import { Controller, Get, Inject, Param, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { RestAttachmentLink, RestAttachmentText } from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import type { Principal } from '../../access/principal.js';
import { FileLinks } from '../../media/file-links.js';
import { FreshLinks } from '../../media/fresh-links.js';
import { KeptFiles } from '../../media/kept-files.js';
import { beginningOf, readText } from '../../media/read-text.js';
import { sendKeptFile } from '../../media/send-kept-file.js';
import { NoFieldsDto } from '../../validation/fields.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { FileLinkGuard } from '../guards/file-link.guard.js';
import { UserRateLimitGuard } from '../guards/rate-limits.js';
import { Answers, AuthenticatedApi, MayRedirect, SendsFile } from '../openapi/documented.js';
import { AttachmentParamsDto, AttachmentReads, FileQueryDto } from './attachment-reads.js';

/**
 * The files of messages: those that an import kept, and otherwise those at Discord, whose addresses expire within a day, so that each is
 * obtained when it is needed.
 */
@Controller('api/v1/attachments')
@AuthenticatedApi('Messages')
export class AttachmentsController {
  constructor(
    @Inject(AttachmentReads) private readonly reads: AttachmentReads,
    @Inject(KeptFiles) private readonly kept: KeptFiles,
    @Inject(FileLinks) private readonly keptLinks: FileLinks,
    @Inject(FreshLinks) private readonly links: FreshLinks,
  ) {}

  @Get(':messageId/:attachmentId')
  @SendsFile(
    'AttachmentLink',
    'An attachment: the file, if an import kept it, otherwise a redirect to a fresh address; JSON with an address where only that is accepted.',
  )
  @MayRedirect()
  async attachment(
    @CurrentPrincipal() principal: Principal,
    @Param() place: AttachmentParamsDto,
    @Query() _query: NoFieldsDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const attachment = await this.reads.attachment(principal, place);
    const content = await this.kept.find(place.messageId, place.attachmentId);
    response.vary('Accept');
    const isLink = request.accepts(['*/*', 'application/json']) === 'application/json';
    if (content && !isLink) return sendKeptFile(request, response, { files: this.kept, content, attachment });
    const { url, expiresAt } = content
      ? this.keptLinks.linkTo(place, principal, wallClockMs())
      : await this.links.of(attachment.url);
    if (!isLink) response.status(302).setHeader('Location', url);
    const link: RestAttachmentLink = { url, expiresAt: expiresAt.toISOString() };
    response.json(link);
  }

  @Get(':messageId/:attachmentId/text')
  @Answers('AttachmentText', 'The beginning of a text file, at most 50,000 bytes.')
  async text(
    @CurrentPrincipal() principal: Principal,
    @Param() place: AttachmentParamsDto,
    @Query() _query: NoFieldsDto,
  ): Promise<RestAttachmentText> {
    const { url } = await this.reads.attachment(principal, place);
    const content = await this.kept.find(place.messageId, place.attachmentId);
    if (content) return beginningOf(await this.kept.read(content));
    return readText((await this.links.of(url)).url);
  }
}

/** Kept files for elements of pages, which send no token: with the rights of the user to whom the link was given. */
@Controller('api/v1/attachments')
@UseGuards(FileLinkGuard, UserRateLimitGuard)
@ApiTags('Messages')
export class KeptFilesController {
  constructor(
    @Inject(AttachmentReads) private readonly reads: AttachmentReads,
    @Inject(KeptFiles) private readonly kept: KeptFiles,
  ) {}

  @Get(':messageId/:attachmentId/file')
  @SendsFile(undefined, 'A kept file by the address that `GET /api/v1/attachments/…` gave.')
  async file(
    @CurrentPrincipal() principal: Principal,
    @Param() place: AttachmentParamsDto,
    @Query() _query: FileQueryDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const attachment = await this.reads.attachment(principal, place);
    const content = await this.kept.existing(place.messageId, place.attachmentId);
    await sendKeptFile(request, response, { files: this.kept, content, attachment });
  }
}
