import { Controller, Get, Headers, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AppError } from '@discord-relay/contracts';
import type { Principal } from '../access/principal.js';
import { toWireError } from '../errors/wire-error.js';
import { CurrentPrincipal } from '../http/guards/bearer.guard.js';
import { AuthenticatedApi } from '../http/openapi/documented.js';
import { list, TEXT } from '../http/openapi/schema-of.js';
import { EventStreamMetrics } from '../metrics/event-stream-metrics.js';
import { EventStreams } from './event-streams.js';
import { type EventFormat, MEDIA_TYPES } from './event-writer.js';
import { EventsStreamQueryDto } from './events-query.dto.js';
import { EventSelector } from './select-events.js';

const FORMATS = Object.keys(MEDIA_TYPES) as EventFormat[];

/** The log itself, limited to what the caller may see now: docs/event-stream.md. */
@Controller('api/v1/events')
@AuthenticatedApi('Events')
export class EventsController {
  constructor(
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(EventSelector) private readonly selector: EventSelector,
    @Inject(EventStreamMetrics) private readonly metrics: EventStreamMetrics,
  ) {}

  @Get()
  @ApiOperation({
    summary:
      'Events of the log as CloudEvents, in the order in which they were recorded: docs/event-stream.md.',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'As `cursor`, and takes precedence.' })
  @ApiOkResponse({
    description:
      'One event per line, server-sent event or element, as `Accept` asks; the last is `relay.end`.',
    content: {
      [MEDIA_TYPES.ndjson]: { schema: TEXT },
      [MEDIA_TYPES.sse]: { schema: TEXT },
      [MEDIA_TYPES.json]: { schema: list({ type: 'object' }) },
    },
  })
  async events(
    @CurrentPrincipal() principal: Principal,
    @Query() query: EventsStreamQueryDto,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    try {
      const { speed, author, from, to, fromSeq, toSeq } = query;
      const follow = query.follow === 'true';
      const range = {
        ...rangeAfter(lastEventId, { from, fromSeq, cursor: query.cursor }),
        to,
        toSeq,
        follow,
      };
      const format = formatOf(request, follow);
      const selection = await this.selector.select(principal, query);
      if (request.method !== 'GET') return void response.end();
      const authors = author ? new Set(author) : null;
      const address = request.ip ?? '';
      await this.streams.send(
        { principal, address, format, speed, range, selection: { ...selection, authors } },
        response,
      );
    } catch (error) {
      this.metrics.refused.inc({ code: toWireError(error).code });
      throw error;
    }
  }
}

/** An EventSource that reconnects repeats its first request, and adds where it is now. */
const rangeAfter = <T extends object>(lastEventId: string | undefined, start: T): T | { cursor: string } =>
  lastEventId ? { cursor: lastEventId } : start;

/** @throws AppError `REQUEST.INVALID` */
function formatOf(request: Request, follow: boolean): EventFormat {
  const accepted = request.accepts(FORMATS.map((format) => MEDIA_TYPES[format]));
  const format = FORMATS.find((each) => MEDIA_TYPES[each] === accepted);
  if (!format)
    throw new AppError(
      'REQUEST.INVALID',
      `Accept must allow one of ${Object.values(MEDIA_TYPES).join(', ')}`,
    );
  if (follow && format === 'json')
    throw new AppError('REQUEST.INVALID', `follow needs ${MEDIA_TYPES.ndjson} or ${MEDIA_TYPES.sse}`);
  return format;
}
