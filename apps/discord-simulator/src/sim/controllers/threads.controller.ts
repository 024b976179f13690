import { Body, Controller, Delete, HttpCode, Inject, Param, Patch, Post, Put } from '@nestjs/common';
import { Gateway } from '../../gateway/gateway.js';
import { ownThreadMemberDispatch } from '../../gateway/dispatches/thread-dispatch.js';
import { threadPayload } from '../../payloads/thread-payload.js';
import { World } from '../../state/world.js';
import { WorldError } from '../../state/model/world-error.js';
import { newThread, threadPatch } from '../bodies/people-bodies.js';

/** Threads, created and changed as any user. */
@Controller('_sim')
export class SimThreadsController {
  constructor(
    @Inject(World) private readonly world: World,
    @Inject(Gateway) private readonly gateway: Gateway,
  ) {}

  /** With `messageId` at that message, with `message` as a forum post; by the bot unless there is a `userId`. */
  @Post('channels/:id/threads')
  create(@Param('id') id: string, @Body() body: unknown) {
    const { userId, message, ...rest } = newThread.parse(body);
    const input = { ...rest, ownerId: userId ?? this.world.bot.id };
    const { threads } = this.world;
    const thread = message ? threads.createPost(id, input, message) : threads.create(id, input);
    return threadPayload(this.world, thread);
  }

  @Patch('threads/:id')
  update(@Param('id') id: string, @Body() body: unknown) {
    return threadPayload(this.world, this.world.threads.update(id, threadPatch.parse(body)));
  }

  @Delete('threads/:id')
  @HttpCode(200)
  delete(@Param('id') id: string) {
    this.world.threads.delete(id);
    return { id };
  }

  /** THREAD_MEMBER_UPDATE, which is not a fact: the bot's own settings in a thread that it is in. */
  @Post('threads/:id/member-update')
  @HttpCode(200)
  updateOwnMember(@Param('id') id: string) {
    const thread = this.world.threads.get(id);
    const dispatch = ownThreadMemberDispatch(this.world, thread);
    if (!dispatch) throw new WorldError('UNKNOWN_MEMBER', `the bot is not in thread ${id}`);
    this.gateway.publish(dispatch);
    return { id };
  }

  @Put('threads/:id/members/:userId')
  join(@Param('id') id: string, @Param('userId') userId: string) {
    return { added: this.world.threads.join(id, userId) };
  }

  @Delete('threads/:id/members/:userId')
  @HttpCode(200)
  leave(@Param('id') id: string, @Param('userId') userId: string) {
    return { removed: this.world.threads.leave(id, userId) };
  }
}
