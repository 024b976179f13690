import { Controller, Get, Headers, Inject, Query, Req, Res, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCookieAuth,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AppError, PUBLIC_EVENT_TYPES } from '@discord-relay/contracts';
import type { Principal } from '../access/principal.js';
import { CurrentPrincipal } from '../http/guards/bearer.guard.js';
import { TEXT } from '../http/openapi/schema-of.js';
import { toWireError } from '../errors/wire-error.js';
import { beginEvent, endEvent } from './sse-format.js';
import { SseWriter } from './sse-writer.js';
import { StreamGuard } from './stream.guard.js';
import { StreamMetrics } from '../metrics/stream-metrics.js';
import { StreamQueryDto } from './stream-query.dto.js';
import { retryMs, type StreamRequest, StreamRegistry } from './stream-registry.js';

/** Live delivery as server-sent events, which docs/asyncapi.yaml describes. */
@Controller('api/stream')
@ApiTags('Live')
@ApiBearerAuth()
@ApiCookieAuth('access')
@UseGuards(StreamGuard)
export class StreamController {
  constructor(
    @Inject(StreamRegistry) private readonly streams: StreamRegistry,
    @Inject(StreamMetrics) private readonly metrics: StreamMetrics,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Events of a guild, or of all that you may see, as server-sent events: docs/protocol.md.',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The cursor to resume from.' })
  @ApiOkResponse({
    description: 'A stream that stays open until it is closed; docs/asyncapi.yaml describes the events.',
    content: { 'text/event-stream': { schema: TEXT } },
  })
  async open(
    @CurrentPrincipal() principal: Principal,
    @Query() { guild, channels, types, after }: StreamQueryDto,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    if (request.method !== 'GET') return void response.end();
    const streamRequest: StreamRequest = {
      principal,
      address: request.ip ?? '',
      guildId: guild,
      channels: channels ? new Set(channels) : null,
      types: new Set(types ?? PUBLIC_EVENT_TYPES),
      after: lastEventId || after,
    };
    try {
      await this.streams.openStream(streamRequest, response);
    } catch (error) {
      this.refuse(error, request, response);
    }
  }

  /** An EventSource gives up at any status but 200, so a temporary failure is sent as an event before the stream ends. */
  private refuse(error: unknown, request: Request, response: Response): void {
    const wireError = toWireError(error);
    this.metrics.refused.inc({ code: wireError.code });
    const passes = error instanceof AppError && error.code === 'SERVICE.UNAVAILABLE';
    if (!passes || request.headers.accept !== 'text/event-stream') throw error;
    const writer = new SseWriter(response, { maxBytes: Infinity, maxLagMs: 0 });
    writer.open(retryMs());
    writer.end(beginEvent('error', wireError) + endEvent());
  }
}
