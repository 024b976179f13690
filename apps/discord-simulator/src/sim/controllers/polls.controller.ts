import { Controller, Delete, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { messagePayload } from '../../payloads/message-payload.js';
import type { Vote } from '../../state/channels/polls.js';
import { World } from '../../state/world.js';

interface Place {
  id: string;
  messageId: string;
  answerId: string;
  userId: string;
}

/** Votes in polls as any user, and ends polls of any author. */
@Controller('_sim/channels/:id/polls/:messageId')
export class SimPollsController {
  constructor(@Inject(World) private readonly world: World) {}

  @Put('answers/:answerId/votes/:userId')
  vote(@Param() place: Place) {
    return { added: this.world.polls.vote(voteOf(place)) };
  }

  @Delete('answers/:answerId/votes/:userId')
  @HttpCode(200)
  unvote(@Param() place: Place) {
    return { removed: this.world.polls.unvote(voteOf(place)) };
  }

  @Post('end')
  @HttpCode(200)
  end(@Param() { id, messageId }: Place) {
    return messagePayload(this.world, this.world.polls.end(id, messageId));
  }
}

const voteOf = ({ id: channelId, messageId, answerId, userId }: Place): Vote => ({
  channelId,
  messageId,
  answerId: Number(answerId),
  userId,
});
