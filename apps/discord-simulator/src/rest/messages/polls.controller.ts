import { Controller, Get, HttpCode, Inject, Param, Post, Query, UseGuards } from '@nestjs/common';
import { messagePayload } from '../../payloads/message-payload.js';
import { userPayload } from '../../payloads/user-payload.js';
import { DiscordError } from '../../http/discord-error.js';
import { answerOf } from '../../state/channels/polls.js';
import { compareSnowflakes } from '../../state/model/snowflakes.js';
import { World } from '../../state/world.js';
import { WorldError } from '../../state/model/world-error.js';
import { BotGuard } from '../request/bot-guard.js';
import { requireHistory } from '../request/channel-access.js';
import { limitParam, snowflakeParam, type RawQuery } from '../request/message-query.js';

interface Place {
  channelId: string;
  messageId: string;
  answerId: string;
}

/** Polls, read and ended as the bot, which cannot vote. */
@Controller('api/v10/channels/:channelId/polls/:messageId')
@UseGuards(BotGuard)
export class PollsController {
  constructor(@Inject(World) private readonly world: World) {}

  /** Users who voted for an answer, by id: at most `limit` above `after`. */
  @Get('answers/:answerId')
  voters(@Param() place: Place, @Query() query: RawQuery) {
    const limit = limitParam(query['limit'], { fallback: 25, max: 100 });
    const after = query['after'] === undefined ? '0' : snowflakeParam('after', query['after']);
    const { poll, id } = this.messageOf(place);
    if (!poll) throw new WorldError('NO_POLL', `message ${id} has no poll`);
    const users = answerOf(poll, Number(place.answerId))
      .voterIds.filter((userId) => compareSnowflakes(userId, after) > 0)
      .sort(compareSnowflakes)
      .slice(0, limit)
      .map((userId) => userPayload(this.world.user(userId)));
    return { users };
  }

  /** Ends the bot's own poll. */
  @Post('expire')
  @HttpCode(200)
  expire(@Param() place: Place) {
    const { id, channelId, authorId } = this.messageOf(place);
    if (authorId !== this.world.bot.id)
      throw new DiscordError(403, 50005, 'Cannot edit a message authored by another user');
    return messagePayload(this.world, this.world.polls.end(channelId, id));
  }

  private messageOf({ channelId, messageId }: Place) {
    const channel = this.world.channelOrThread(snowflakeParam('channel_id', channelId));
    requireHistory(this.world, channel);
    return this.world.message(channel.id, snowflakeParam('message_id', messageId));
  }
}
