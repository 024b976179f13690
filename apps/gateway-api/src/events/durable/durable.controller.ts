import type { ServerResponse } from 'node:http';
import { Controller, Get, Headers, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { Principal } from '../../access/principal.js';
import { CurrentPrincipal } from '../../http/guards/bearer.guard.js';
import { AuthenticatedApi } from '../../http/openapi/documented.js';
import { list } from '../../http/openapi/schema-of.js';
import { UNBUFFERED } from '../../network/unbuffered.js';
import { DurableStreamQueryDto } from './durable-query.dto.js';
import { DurableStreams } from './durable-streams.js';

/** The log by the Durable Streams protocol, which its client libraries read: docs/event-stream.md. */
@Controller('api/v1/events/durable')
@AuthenticatedApi('Events')
export class DurableController {
  constructor(@Inject(DurableStreams) private readonly streams: DurableStreams) {}

  /** Also answers HEAD, with the end of the stream. */
  @Get()
  @ApiOperation({ summary: 'The events of the log as a Durable Stream: docs/event-stream.md.' })
  @ApiOkResponse({
    description: 'Events after the offset; `Stream-Next-Offset` is the offset of the next request.',
    content: { 'application/json': { schema: list({ type: 'object' }) } },
  })
  @ApiResponse({ status: 204, description: 'With `live=long-poll`: no event arrived for some time.' })
  @ApiResponse({ status: 304, description: 'Nothing has changed since the response with this `ETag`.' })
  async read(
    @CurrentPrincipal() principal: Principal,
    @Query() query: DurableStreamQueryDto,
    @Headers('if-none-match') etag: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const head = request.method === 'HEAD';
    const caller = { principal, address: request.ip ?? '' };
    response.set(UNBUFFERED);
    await this.streams.send(caller, query, { head, etag }, response as ServerResponse);
  }
}
