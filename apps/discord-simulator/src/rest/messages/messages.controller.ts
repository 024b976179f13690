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
  Query,
  UseGuards,
} from '@nestjs/common';
import { messagePayload } from '../../payloads/message-payload.js';
import type { ChannelOrThread } from '../../state/model/records.js';
import { snowflakeTimeMs } from '../../state/model/snowflakes.js';
import { World } from '../../state/world.js';
import { BotGuard } from '../request/bot-guard.js';
import { maySeeHistory, requireHistory, requireView } from '../request/channel-access.js';
import { DiscordError, invalidForm } from '../../http/discord-error.js';
import { parseBulkDelete, parseCreateMessage, parseEditMessage } from './message-body.js';
import { RequestForm, TakesFiles, type Form } from './upload.js';
import { parseMessageQuery, snowflakeParam, type RawQuery } from '../request/message-query.js';
import { epochMs } from '../../state/model/world-types.js';

const BULK_DELETE_AGE_MS = 14 * 86_400_000;

/** Messages of a channel, read and written as the bot. */
@Controller('api/v10/channels/:channelId/messages')
@UseGuards(BotGuard)
export class MessagesController {
  constructor(@Inject(World) private readonly world: World) {}

  @Get()
  list(@Param('channelId') channelId: string, @Query() query: RawQuery) {
    const channel = this.readable(channelId);
    const input = parseMessageQuery(query);
    // As on Discord, not an error: a channel whose history is hidden looks empty.
    if (!maySeeHistory(this.world, channel)) return [];
    const page = this.world.history(channel.id).page(input);
    return page.map((message) => messagePayload(this.world, message));
  }

  @Get(':messageId')
  one(@Param('channelId') channelId: string, @Param('messageId') messageId: string) {
    const channel = this.readable(channelId);
    requireHistory(this.world, channel);
    return messagePayload(
      this.world,
      this.world.message(channel.id, snowflakeParam('message_id', messageId)),
    );
  }

  @Post()
  @HttpCode(200)
  @TakesFiles()
  create(@Param('channelId') channelId: string, @RequestForm() form: Form) {
    const channel = this.world.channelOrThread(snowflakeParam('channel_id', channelId));
    const input = parseCreateMessage(form);
    if (input.replyToId !== null && !this.world.history(channel.id).get(input.replyToId)) {
      const message = 'Unknown message';
      throw invalidForm({ field: 'message_reference', code: 'MESSAGE_REFERENCE_UNKNOWN_MESSAGE', message });
    }
    const message = this.world.createMessage(channel.id, { ...input, authorId: this.world.bot.id });
    return messagePayload(this.world, message);
  }

  @Patch(':messageId')
  @TakesFiles()
  edit(
    @Param('channelId') channelId: string,
    @Param('messageId') messageId: string,
    @RequestForm() form: Form,
  ) {
    const channel = this.readable(channelId);
    const message = this.world.message(channel.id, snowflakeParam('message_id', messageId));
    if (message.authorId !== this.world.bot.id) {
      throw new DiscordError(403, 50005, 'Cannot edit a message authored by another user');
    }
    const patch = parseEditMessage(form, message);
    return messagePayload(this.world, this.world.editMessage(channel.id, message.id, patch));
  }

  @Delete(':messageId')
  @HttpCode(204)
  delete(@Param('channelId') channelId: string, @Param('messageId') messageId: string): void {
    const channel = this.readable(channelId);
    this.world.deleteMessage(channel.id, snowflakeParam('message_id', messageId));
  }

  @Post('bulk-delete')
  @HttpCode(204)
  bulkDelete(@Param('channelId') channelId: string, @Body() body: unknown): void {
    const channel = this.readable(channelId);
    const ids = parseBulkDelete(body);
    if (ids.some((id) => epochMs() - snowflakeTimeMs(id) > BULK_DELETE_AGE_MS)) {
      throw new DiscordError(400, 50034, 'You can only bulk delete messages that are under 14 days old.');
    }
    this.world.bulkDeleteMessages(channel.id, ids);
  }

  private readable(channelId: string): ChannelOrThread {
    const channel = this.world.channelOrThread(snowflakeParam('channel_id', channelId));
    requireView(this.world, channel);
    if (this.world.takesMessages(channel)) return channel;
    throw new DiscordError(400, 50024, 'Cannot execute action on this channel type');
  }
}
