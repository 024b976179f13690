import { Body, Controller, Delete, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { World } from '../../state/world.js';
import { newReaction, reactionClearing, reactionRemoval } from '../bodies/bodies.js';

/** Adds and removes reactions as any user. */
@Controller('_sim/channels/:id/messages/:messageId/reactions')
export class SimReactionsController {
  constructor(@Inject(World) private readonly world: World) {}

  @Post()
  @HttpCode(200)
  add(@Param('id') channelId: string, @Param('messageId') messageId: string, @Body() body: unknown) {
    const { userId, emoji, burst } = newReaction.parse(body);
    return { added: this.world.reactions.add({ channelId, messageId, userId, emoji }, burst) };
  }

  @Delete()
  @HttpCode(200)
  remove(@Param('id') channelId: string, @Param('messageId') messageId: string, @Body() body: unknown) {
    const { userId, emoji } = reactionRemoval.parse(body);
    return { removed: this.world.reactions.remove({ channelId, messageId, userId, emoji }) };
  }

  @Post('clear')
  @HttpCode(200)
  clear(@Param('id') channelId: string, @Param('messageId') messageId: string, @Body() body: unknown) {
    const { emoji } = reactionClearing.parse(body ?? {});
    return { cleared: this.world.reactions.clear(channelId, messageId, emoji) };
  }
}
