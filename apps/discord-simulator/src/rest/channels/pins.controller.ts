import { Controller, Delete, Get, HttpCode, Inject, Param, Put, Query, UseGuards } from '@nestjs/common';
import { messagePayload } from '../../payloads/message-payload.js';
import { discordTime } from '../../state/model/discord-time.js';
import type { ChannelOrThread } from '../../state/model/records.js';
import { World } from '../../state/world.js';
import { BotGuard } from '../request/bot-guard.js';
import { maySeeHistory, requireView } from '../request/channel-access.js';
import { limitParam, snowflakeParam, timeParam, type RawQuery } from '../request/message-query.js';

/** Pinned messages, by the current and the older routes. */
@Controller('api/v10/channels/:channelId')
@UseGuards(BotGuard)
export class PinsController {
  constructor(@Inject(World) private readonly world: World) {}

  /** Newest pin first; only those pinned before `before`. */
  @Get('messages/pins')
  page(@Param('channelId') channelId: string, @Query() query: RawQuery) {
    const limit = limitParam(query['limit'], { fallback: 50, max: 50 });
    const beforeMs = query['before'] === undefined ? Infinity : timeParam('before', query['before']);
    const older = this.pinsOf(this.visible(channelId)).filter(({ pinnedAtMs }) => pinnedAtMs < beforeMs);
    const items = older.slice(0, limit).map((message) => ({
      pinned_at: discordTime(message.pinnedAtMs),
      message: messagePayload(this.world, message),
    }));
    return { items, has_more: older.length > limit };
  }

  @Get('pins')
  all(@Param('channelId') channelId: string) {
    const pins = this.pinsOf(this.visible(channelId));
    return pins.slice(0, 50).map((message) => messagePayload(this.world, message));
  }

  @Put(['messages/pins/:messageId', 'pins/:messageId'])
  @HttpCode(204)
  pin(@Param('channelId') channelId: string, @Param('messageId') messageId: string): void {
    this.world.pins.pin(this.visible(channelId).id, snowflakeParam('message_id', messageId));
  }

  @Delete(['messages/pins/:messageId', 'pins/:messageId'])
  @HttpCode(204)
  unpin(@Param('channelId') channelId: string, @Param('messageId') messageId: string): void {
    this.world.pins.unpin(this.visible(channelId).id, snowflakeParam('message_id', messageId));
  }

  private pinsOf(channel: ChannelOrThread) {
    return maySeeHistory(this.world, channel) ? this.world.pins.of(channel.id) : [];
  }

  private visible(channelId: string): ChannelOrThread {
    const channel = this.world.channelOrThread(snowflakeParam('channel_id', channelId));
    requireView(this.world, channel);
    return channel;
  }
}
