import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { attachmentPath } from '../../payloads/attachment-payload.js';
import type { AttachmentRecord } from '../../state/model/records.js';
import { World } from '../../state/world.js';
import { BotGuard } from '../request/bot-guard.js';
import { invalidForm } from '../../http/discord-error.js';
import { parseBody } from '../../http/parse-body.js';
import type { RawQuery } from '../request/message-query.js';
import { epochMs } from '../../state/model/world-types.js';

const PATH = /^\/attachments\/\d{1,20}\/\d{1,20}\/[^/]+$/;
const refreshBody = z.looseObject({
  attachment_urls: z
    .array(z.string())
    .min(1, 'This field is required')
    .max(50, 'Must be 50 or fewer in length.'),
});

/** The parts of the web framework's response that are used here. */
interface Response {
  status(code: number): Response;
  type(name: string): Response;
  set(headers: Record<string, string>): Response;
  send(body: string | Buffer): void;
}

/** The files of messages, behind URLs that expire, and an endpoint that renews these URLs. */
@Controller()
export class AttachmentsController {
  constructor(@Inject(World) private readonly world: World) {}

  @Get('attachments/:channelId/:id/:filename')
  file(
    @Param() { channelId, id }: { channelId: string; id: string },
    @Query() query: RawQuery,
    @Res() response: Response,
  ): void {
    const attachment = this.find(channelId, id);
    const path = attachment && attachmentPath(channelId, attachment);
    if (!attachment || !path || !this.world.links.isGood(path, query, epochMs())) {
      response.status(404).type('text/plain').send('This content is no longer available.');
      return;
    }
    // An uploaded file must not run as a page of this origin.
    response.set({
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "default-src 'none'; sandbox",
    });
    response.type(attachment.contentType).send(Buffer.from(attachment.data, 'base64'));
  }

  /** Fresh URLs, whether or not the old ones have expired. Discord does not document it. */
  @Post('api/v10/attachments/refresh-urls')
  @HttpCode(200)
  @UseGuards(BotGuard)
  refresh(@Body() body: unknown) {
    const { attachment_urls: urls } = parseBody(refreshBody, body);
    return { refreshed_urls: urls.map((original) => ({ original, refreshed: this.refreshed(original) })) };
  }

  private refreshed(original: string): string {
    const path = URL.canParse(original) ? new URL(original).pathname : '';
    if (PATH.test(path)) return this.world.links.sign(path, epochMs());
    const message = `Value "${original}" is not an attachment URL.`;
    throw invalidForm({ field: 'attachment_urls', code: 'BASE_TYPE_BAD_TYPE', message });
  }

  private find(channelId: string, id: string): AttachmentRecord | undefined {
    const isPlace = this.world.channels.has(channelId) || this.world.threads.find(channelId) !== undefined;
    if (!isPlace) return undefined;
    const messages = this.world.history(channelId).all();
    return messages.flatMap(({ attachments }) => attachments ?? []).find((each) => each.id === id);
  }
}
