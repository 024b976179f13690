import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  UseGuards,
} from '@nestjs/common';
import { z } from 'zod';
import { snowflakeField } from '../json/parse-json.js';
import { webhookPayload } from '../payloads/webhook-payload.js';
import { BotGuard } from '../rest/request/bot-guard.js';
import { parseBody } from '../http/parse-body.js';
import { snowflakeParam } from '../rest/request/message-query.js';
import type { WebhookRecord } from '../state/model/records.js';
import { World } from '../state/world.js';

const name = z.string().trim().min(1).max(80);
const createBody = z.looseObject({ name });
const patchBody = z.looseObject({ name: name.optional(), channel_id: snowflakeField.optional() });

/** Webhooks, managed as the bot. */
@Controller('api/v10')
@UseGuards(BotGuard)
export class WebhooksController {
  constructor(@Inject(World) private readonly world: World) {}

  @Post('channels/:channelId/webhooks')
  @HttpCode(200)
  create(@Param('channelId') channelId: string, @Body() body: unknown) {
    const { name: title } = parseBody(createBody, body);
    const place = snowflakeParam('channel_id', channelId);
    return webhookPayload(this.world, this.world.webhooks.create(place, title, this.world.bot.id));
  }

  @Get('channels/:channelId/webhooks')
  ofChannel(@Param('channelId') channelId: string) {
    const { id } = this.world.channel(snowflakeParam('channel_id', channelId));
    return this.payloads((webhook) => webhook.channelId === id);
  }

  @Get('guilds/:guildId/webhooks')
  ofGuild(@Param('guildId') guildId: string) {
    const { id } = this.world.guild(snowflakeParam('guild_id', guildId));
    return this.payloads((webhook) => webhook.guildId === id);
  }

  @Get('webhooks/:id')
  one(@Param('id') id: string) {
    return webhookPayload(this.world, this.world.webhooks.get(snowflakeParam('webhook_id', id)));
  }

  @Patch('webhooks/:id')
  update(@Param('id') id: string, @Body() body: unknown) {
    const { name: title, channel_id: channelId } = parseBody(patchBody, body);
    const patch = {
      ...(title === undefined ? {} : { name: title }),
      ...(channelId === undefined ? {} : { channelId }),
    };
    return webhookPayload(this.world, this.world.webhooks.update(snowflakeParam('webhook_id', id), patch));
  }

  @Delete('webhooks/:id')
  @HttpCode(204)
  delete(@Param('id') id: string): void {
    this.world.webhooks.delete(snowflakeParam('webhook_id', id));
  }

  private payloads(isSelected: (webhook: WebhookRecord) => boolean) {
    return this.world.webhooks
      .all()
      .filter(isSelected)
      .map((webhook) => webhookPayload(this.world, webhook));
  }
}
