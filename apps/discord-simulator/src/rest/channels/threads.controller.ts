import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Put,
  Query,
  UseGuards,
} from '@nestjs/common';
import { ChannelType } from 'discord-api-types/v10';
import { messagePayload } from '../../payloads/message-payload.js';
import {
  threadListPayload,
  threadMemberPayload,
  threadWithOwnMember,
} from '../../payloads/thread-payload.js';
import type { ThreadRecord } from '../../state/model/records.js';
import { compareSnowflakes } from '../../state/model/snowflakes.js';
import type { NewThread } from '../../state/channels/threads.js';
import { World } from '../../state/world.js';
import { WorldError } from '../../state/model/world-error.js';
import { BotGuard } from '../request/bot-guard.js';
import { requireHistory } from '../request/channel-access.js';
import { limitParam, snowflakeParam, timeParam, type RawQuery } from '../request/message-query.js';
import { parseCreateMessage } from '../messages/message-body.js';
import { RequestForm, TakesFiles, type Form } from '../messages/upload.js';
import { parseCreatePost, parseCreateThread } from './thread-body.js';

const PAGE = { fallback: 50, max: 100 };

/** Threads of a channel and their members, read and written as the bot. */
@Controller('api/v10')
@UseGuards(BotGuard)
export class ThreadsController {
  constructor(@Inject(World) private readonly world: World) {}

  @Post('channels/:id/messages/:messageId/threads')
  startAt(@Param('id') id: string, @Param('messageId') messageId: string, @Body() body: unknown) {
    // Its type follows from the channel's.
    const { type: _given, ...input } = parseCreateThread(body);
    return this.create(id, { ...input, messageId: snowflakeParam('message_id', messageId) });
  }

  @Post('channels/:id/threads')
  @TakesFiles()
  start(@Param('id') id: string, @RequestForm() form: Form) {
    const channel = this.world.channel(snowflakeParam('channel_id', id));
    return channel.type === ChannelType.GuildForum
      ? this.createPost(channel.id, form)
      : this.create(id, parseCreateThread(form.body));
  }

  @Get('guilds/:id/threads/active')
  active(@Param('id') id: string) {
    const guild = this.world.guild(snowflakeParam('guild_id', id));
    const newestFirst = this.world.threads.active(guild.id).sort((a, b) => compareSnowflakes(b.id, a.id));
    return { ...threadListPayload(this.world, newestFirst), has_more: false };
  }

  @Get('channels/:id/threads/archived/public')
  archivedPublic(@Param('id') id: string, @Query() query: RawQuery) {
    return this.archived(id, query, (thread) => thread.type !== ChannelType.PrivateThread);
  }

  @Get('channels/:id/threads/archived/private')
  archivedPrivate(@Param('id') id: string, @Query() query: RawQuery) {
    return this.archived(id, query, (thread) => thread.type === ChannelType.PrivateThread);
  }

  /** Private threads that the bot has joined: here `before` is an id. */
  @Get('channels/:id/users/@me/threads/archived/private')
  archivedJoined(@Param('id') id: string, @Query() query: RawQuery) {
    const limit = limitParam(query['limit'], PAGE);
    const before = query['before'] === undefined ? null : snowflakeParam('before', query['before']);
    const { id: botId } = this.world.bot;
    const matching = this.archivedIn(id)
      .filter((thread) => thread.type === ChannelType.PrivateThread)
      .filter((thread) => thread.members.some((member) => member.id === botId))
      .filter((thread) => before === null || compareSnowflakes(thread.id, before) < 0)
      .sort((a, b) => compareSnowflakes(b.id, a.id));
    return this.page(matching, limit);
  }

  @Get('channels/:id/thread-members')
  members(@Param('id') id: string) {
    const thread = this.thread(id);
    return thread.members.map((member) => threadMemberPayload(thread, member));
  }

  @Get('channels/:id/thread-members/:userId')
  member(@Param('id') id: string, @Param('userId') userId: string) {
    const thread = this.thread(id);
    const member = thread.members.find((each) => each.id === this.userId(userId));
    if (!member) throw new WorldError('UNKNOWN_MEMBER', `user ${userId} is not in thread ${id}`);
    return threadMemberPayload(thread, member);
  }

  @Put('channels/:id/thread-members/:userId')
  @HttpCode(204)
  join(@Param('id') id: string, @Param('userId') userId: string): void {
    this.world.threads.join(this.thread(id).id, this.userId(userId));
  }

  @Delete('channels/:id/thread-members/:userId')
  @HttpCode(204)
  leave(@Param('id') id: string, @Param('userId') userId: string): void {
    this.world.threads.leave(this.thread(id).id, this.userId(userId));
  }

  private create(id: string, input: Omit<NewThread, 'ownerId'>) {
    const channel = this.world.channel(snowflakeParam('channel_id', id));
    const thread = this.world.threads.create(channel.id, { ...input, ownerId: this.world.bot.id });
    return threadWithOwnMember(this.world, thread);
  }

  /** The answer is the thread with its first message. */
  private createPost(forumId: string, { body, files }: Form) {
    const { post, message } = parseCreatePost(body);
    const first = parseCreateMessage({ body: message, files });
    const thread = this.world.threads.createPost(forumId, { ...post, ownerId: this.world.bot.id }, first);
    return {
      ...threadWithOwnMember(this.world, thread),
      message: messagePayload(this.world, this.world.message(thread.id, thread.id)),
    };
  }

  private archived(id: string, query: RawQuery, input: (thread: ThreadRecord) => boolean) {
    const limit = limitParam(query['limit'], PAGE);
    const beforeMs = query['before'] === undefined ? Infinity : timeParam('before', query['before']);
    const matching = this.archivedIn(id)
      .filter((thread) => input(thread) && thread.archiveAtMs < beforeMs)
      .sort((a, b) => b.archiveAtMs - a.archiveAtMs || compareSnowflakes(b.id, a.id));
    return this.page(matching, limit);
  }

  private archivedIn(id: string): ThreadRecord[] {
    const channel = this.world.channel(snowflakeParam('channel_id', id));
    requireHistory(this.world, channel);
    return this.world.threads.ofChannel(channel.id).filter(({ archived }) => archived);
  }

  private page(matching: ThreadRecord[], limit: number) {
    const list = threadListPayload(this.world, matching.slice(0, limit));
    return { ...list, has_more: matching.length > limit };
  }

  private thread(id: string): ThreadRecord {
    return this.world.threads.get(snowflakeParam('channel_id', id));
  }

  private userId(given: string): string {
    return given === '@me' ? this.world.bot.id : snowflakeParam('user_id', given);
  }
}
