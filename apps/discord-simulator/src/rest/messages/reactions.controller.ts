import { Controller, Delete, Get, HttpCode, Inject, Param, Put, Query, UseGuards } from '@nestjs/common';
import { userPayload } from '../../payloads/user-payload.js';
import { reactionOf } from '../../state/channels/reactions.js';
import type { EmojiRecord, MessageRecord } from '../../state/model/records.js';
import { compareSnowflakes } from '../../state/model/snowflakes.js';
import { World } from '../../state/world.js';
import { BotGuard } from '../request/bot-guard.js';
import { requireHistory } from '../request/channel-access.js';
import { DiscordError } from '../../http/discord-error.js';
import { parseEmoji } from './emoji-param.js';
import { limitParam, snowflakeParam, type RawQuery } from '../request/message-query.js';

interface Place {
  channelId: string;
  messageId: string;
  emoji: string;
  userId?: string;
}

const BURST = '1';

/** Reactions, read and written as the bot. */
@Controller('api/v10/channels/:channelId/messages/:messageId/reactions')
@UseGuards(BotGuard)
export class ReactionsController {
  constructor(@Inject(World) private readonly world: World) {}

  /** Users who reacted, by id: at most `limit` above `after`; of normal or (`type=1`) burst reactions. */
  @Get(':emoji')
  users(@Param() place: Place, @Query() query: RawQuery) {
    const limit = limitParam(query['limit'], { fallback: 25, max: 100 });
    const after = query['after'] === undefined ? '0' : snowflakeParam('after', query['after']);
    const users = reactionOf(this.messageOf(place), emojiOf(place))?.users ?? [];
    return users
      .filter(({ id, burst }) => burst === (query['type'] === BURST) && compareSnowflakes(id, after) > 0)
      .map(({ id }) => id)
      .sort(compareSnowflakes)
      .slice(0, limit)
      .map((id) => userPayload(this.world.user(id)));
  }

  @Put(':emoji/@me')
  @HttpCode(204)
  add(@Param() place: Place): void {
    this.world.reactions.add(this.reactionAt(place, this.world.bot.id));
  }

  @Delete(':emoji/@me')
  @HttpCode(204)
  removeMine(@Param() place: Place): void {
    this.world.reactions.remove(this.reactionAt(place, this.world.bot.id));
  }

  @Delete(':emoji/:userId')
  @HttpCode(204)
  removeTheirs(@Param() place: Place): void {
    this.world.reactions.remove(this.reactionAt(place, snowflakeParam('user_id', place.userId)));
  }

  @Delete(':emoji')
  @HttpCode(204)
  clearEmoji(@Param() place: Place): void {
    const { channelId, id } = this.messageOf(place);
    this.world.reactions.clear(channelId, id, emojiOf(place));
  }

  @Delete()
  @HttpCode(204)
  clearAll(@Param() place: Place): void {
    const { channelId, id } = this.messageOf(place);
    this.world.reactions.clear(channelId, id);
  }

  private reactionAt(place: Place, userId: string) {
    const { channelId, id } = this.messageOf(place);
    return { channelId, messageId: id, userId, emoji: emojiOf(place) };
  }

  private messageOf({ channelId, messageId }: Place): MessageRecord {
    const channel = this.world.channelOrThread(snowflakeParam('channel_id', channelId));
    requireHistory(this.world, channel);
    return this.world.message(channel.id, snowflakeParam('message_id', messageId));
  }
}

function emojiOf({ emoji }: Place): EmojiRecord {
  const parsed = parseEmoji(emoji);
  if (parsed) return parsed;
  throw new DiscordError(400, 10014, 'Unknown Emoji');
}
