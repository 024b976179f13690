import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { RestExportSize } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { Answers, AnswersText, AuthenticatedApi } from '../openapi/documented.js';
import { ExportReader } from './export-reader.js';
import { ExportQueryDto, ExportSizeQueryDto } from './requests.dto.js';
import { ExportLimit } from './search-limit.js';

/** Messages in large pages. Rights are those of the moment in which a page is read. */
@Controller('api/v1/export')
@AuthenticatedApi('Export')
export class ExportController {
  constructor(
    @Inject(ExportReader) private readonly reader: ExportReader,
    @Inject(ExportLimit) private readonly limit: ExportLimit,
  ) {}

  @Get('messages')
  @AnswersText(
    'ExportPage',
    'A large page of messages by channel and id, from the channels whose history you may read; earlier texts for analysts and admins.',
  )
  messages(@CurrentPrincipal() principal: Principal, @Query() request: ExportQueryDto): Promise<string> {
    return this.limit.run(principal.id, () => this.reader.page(principal, request));
  }

  @Get('size')
  @Answers('ExportSize', 'How many messages an export with these conditions has now, by channel and by day.')
  size(
    @CurrentPrincipal() principal: Principal,
    @Query() request: ExportSizeQueryDto,
  ): Promise<RestExportSize> {
    return this.limit.run(principal.id, () => this.reader.size(principal, request));
  }
}
