import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { messagePayload } from '../../payloads/message-payload.js';
import { World } from '../../state/world.js';
import { bulkDeletion, messagePatch, newMessage } from '../bodies/message-bodies.js';
import { messagesView } from './views.js';

/** Writes, edits and deletes messages as any user. */
@Controller('_sim/channels/:id/messages')
export class SimMessagesController {
  constructor(@Inject(World) private readonly world: World) {}

  @Get()
  all(@Param('id') id: string) {
    return messagesView(this.world, id);
  }

  @Post()
  @HttpCode(201)
  write(@Param('id') id: string, @Body() body: unknown) {
    const { userId, username, ...message } = newMessage.parse(body);
    this.world.channelOrThread(id);
    const authorId = userId ?? this.userNamed(username);
    return messagePayload(this.world, this.world.createMessage(id, { ...message, authorId }));
  }

  @Patch(':messageId')
  edit(@Param('id') id: string, @Param('messageId') messageId: string, @Body() body: unknown) {
    return messagePayload(this.world, this.world.editMessage(id, messageId, messagePatch.parse(body)));
  }

  @Delete(':messageId')
  @HttpCode(200)
  delete(@Param('id') id: string, @Param('messageId') messageId: string) {
    this.world.deleteMessage(id, messageId);
    return { id: messageId };
  }

  @Post('bulk-delete')
  @HttpCode(200)
  bulkDelete(@Param('id') id: string, @Body() body: unknown) {
    return { ids: this.world.bulkDeleteMessages(id, bulkDeletion.parse(body).ids) };
  }

  /** The user with that name, created if necessary; without a name any user. */
  private userNamed(username: string | undefined): string {
    for (const user of this.world.users.values()) {
      if (username === undefined ? !user.bot : user.username === username) return user.id;
    }
    return this.world.createUser(username ?? 'visitor').id;
  }
}
