import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AppError, type RestExport, type RestExportList } from '@discord-relay/contracts';
import { manifestText } from '@discord-relay/export';
import type { Principal } from '../access/principal.js';
import { AuditLog } from '../auth/audit/audit-log.js';
import { CurrentPrincipal } from '../http/guards/bearer.guard.js';
import { Answers, AuthenticatedApi } from '../http/openapi/documented.js';
import { ref } from '../http/openapi/schema-of.js';
import { ExportMetrics } from '../metrics/export-metrics.js';
import { NoFieldsDto } from '../validation/fields.js';
import { CreateExportDto, ExportFileParamsDto, ExportParamsDto, ExportsQueryDto } from './exports.dto.js';
import { Exports } from './exports.js';
import { sendFile } from './files/send-file.js';
import { manifestOf, nameOf, toExport, toSummary } from './jobs/export-row.js';

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,128}$/;
const JSON_FILE = { 'application/json': { schema: { type: 'object' } } } as const;
const BINARY = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } as const;

/** Exports that the service writes and keeps for a while: docs/analytics.md. */
@Controller('api/v1/exports')
@AuthenticatedApi('Export')
export class ExportsController {
  constructor(
    @Inject(Exports) private readonly exports: Exports,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(ExportMetrics) private readonly metrics: ExportMetrics,
  ) {}

  @Get()
  @Answers('ExportList', 'Your exports, newest first; for admins all of the guilds that the token covers.')
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() { before, limit }: ExportsQueryDto,
  ): Promise<RestExportList> {
    const from = before === undefined ? undefined : Number(before);
    const rows = await this.exports.enabled.jobs.list(principal, from, limit);
    const shown = rows.slice(0, limit);
    const next = rows.length > limit ? Number(shown.at(-1)!.number) : null;
    return { exports: shown.map(toSummary), next };
  }

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Queues an export of messages that you may read: docs/analytics.md.' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'A repeated request with the same key finds the export of the first one.',
  })
  @ApiAcceptedResponse({ description: 'The export; `Location` is its address.', schema: ref('Export') })
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body() body: CreateExportDto,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RestExport> {
    try {
      const { row, isNew } = await this.exports.create(principal, body, keyIn(key));
      if (isNew) this.record('export.created', row.id, principal, request);
      response.setHeader('Location', `/api/v1/exports/${row.id}`);
      return toExport(row);
    } catch (error) {
      if (error instanceof AppError) this.metrics.refused.inc({ code: error.code });
      throw error;
    }
  }

  @Get(':id')
  @Answers('Export', 'An export with its progress and its complete files.')
  async get(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: ExportParamsDto,
    @Query() _query: NoFieldsDto,
  ): Promise<RestExport> {
    return toExport(await this.exports.enabled.jobs.find(principal, id));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Cancels an export, or deletes the files of one that has ended.' })
  @ApiNoContentResponse({ description: 'It is cancelled, and has no files.' })
  async cancel(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: ExportParamsDto,
    @Req() request: Request,
  ): Promise<void> {
    if (await this.exports.cancel(principal, id)) this.record('export.cancelled', id, principal, request);
  }

  @Post(':id/retry')
  @HttpCode(202)
  @ApiOperation({ summary: 'Continues an export that failed after its last complete file.' })
  @ApiAcceptedResponse({ description: 'The export, which is queued again.', schema: ref('Export') })
  async retry(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: ExportParamsDto,
    @Req() request: Request,
  ): Promise<RestExport> {
    const row = await this.exports.retry(principal, id);
    this.record('export.retried', id, principal, request);
    return toExport(row);
  }

  @Get(':id/manifest')
  @ApiOperation({ summary: '`manifest.json` of an export that is done, as `relay export` writes it.' })
  @ApiOkResponse({ description: 'The manifest.', content: JSON_FILE })
  async manifest(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: ExportParamsDto,
    @Query() _query: NoFieldsDto,
    @Res() response: Response,
  ): Promise<void> {
    const text = manifestText(manifestOf(await this.exports.done(principal, id)));
    response.setHeader('Content-Disposition', 'attachment; filename="manifest.json"');
    response.type('application/json').send(text);
  }

  /** Also answers HEAD. */
  @Get(':id/files/:name')
  @ApiOperation({ summary: 'A complete file, while you may read everything that it contains.' })
  @ApiHeader({ name: 'Range', required: false, description: 'A range of bytes, to resume a download.' })
  @ApiHeader({ name: 'If-Range', required: false, description: 'The `ETag` of the part that you have.' })
  @ApiOkResponse({ description: 'The file; its `ETag` is its SHA-256.', content: BINARY })
  @ApiResponse({ status: 206, description: 'The range of bytes.', content: BINARY })
  @ApiResponse({ status: 304, description: 'You have this file.' })
  @ApiResponse({ status: 416, description: 'The file has no such bytes.' })
  async file(
    @CurrentPrincipal() principal: Principal,
    @Param() { id, name }: ExportFileParamsDto,
    @Query() _query: NoFieldsDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { file, root } = await this.exports.fileOf(principal, id, name);
    this.record('export.downloaded', `${id}/${nameOf(file)}`, principal, request);
    this.metrics.downloads.inc();
    await sendFile(response, { root, file, name });
  }

  private record(action: string, target: string, { id: actor }: Principal, { ip: address }: Request): void {
    this.audit.record({ action, target, actor, address });
  }
}

/** @throws AppError `REQUEST.INVALID` */
function keyIn(header: string | undefined): string | null {
  if (header === undefined) return null;
  if (IDEMPOTENCY_KEY.test(header)) return header;
  throw new AppError(
    'REQUEST.INVALID',
    'Idempotency-Key must be 1 to 128 printable characters without spaces',
  );
}
